package dev.exposure.intake.count;

import java.time.Instant;
import java.util.Comparator;

/**
 * Key by which exposures are counted. It has one total order, so that concurrent writers lock rows in the same
 * sequence. Its texts hold no NUL and no unpaired surrogate, because a database would refuse these at every attempt.
 *
 * @param minute start of the minute in which the exposure happened, UTC
 * @param campaignId campaign, empty where the exposure names none
 * @param adId ad, never empty
 * @param slotId slot, empty where the exposure names none
 */
public record CountKey(Instant minute, String campaignId, String adId, String slotId) implements Comparable<CountKey> {

    private static final Comparator<CountKey> ORDER = Comparator.comparing(CountKey::minute)
            .thenComparing(CountKey::campaignId)
            .thenComparing(CountKey::adId)
            .thenComparing(CountKey::slotId);

    @Override
    public int compareTo(CountKey other) {
        return ORDER.compare(this, other);
    }
}
