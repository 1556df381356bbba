package dev.exposure.intake.outage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * An outage, with those for whom it lasts and the moment until which a success of theirs proves nothing. Guarded by the lock of
 * {@link Outages}.
 */
final class OngoingOutage {

    final Instant since;
    final FailureNotice notice;
    final Map<String, Long> failing = new HashMap<>();
    String reason = "";

    OngoingOutage(Instant since, LongSupplier nanoTime) {
        this.since = since;
        this.notice = new FailureNotice(FailureNotice.REMINDER, nanoTime);
    }
}
