package dev.exposure.intake.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the whole group was behind at one moment.
 *
 * @param groupId group that was looked at
 * @param measuredAt moment just before the log ends were asked for, so that its age is never too low
 * @param totalLag sum of the known lags; null where there are partitions but no lag is known
 * @param maxBehindSeconds largest delay of the partitions that lag; 0 when all are caught up, null where the delay of one
 *     that lags, or may lag, is not known
 * @param unownedPartitions number of partitions that no member of the group owns
 * @param partitions every partition of the topics that exist, sorted by topic and number
 */
public record LagSnapshot(
        String groupId,
        Instant measuredAt,
        @Nullable Long totalLag,
        @Nullable Double maxBehindSeconds,
        int unownedPartitions,
        List<PartitionLag> partitions) {

    public LagSnapshot {
        partitions = List.copyOf(partitions);
    }

    static LagSnapshot of(String groupId, Instant measuredAt, Collection<PartitionLag> lags) {
        List<PartitionLag> sorted =
                lags.stream().sorted(Comparator.comparing(PartitionLag::id)).toList();
        int unowned = (int) sorted.stream().filter(lag -> lag.owner() == null).count();
        return new LagSnapshot(groupId, measuredAt, total(sorted), maxBehind(sorted), unowned, sorted);
    }

    /** How old this sample is at a moment, never negative even where clocks were set back. */
    public Duration age(Instant now) {
        return now.isBefore(measuredAt) ? Duration.ZERO : Duration.between(measuredAt, now);
    }

    private static @Nullable Long total(List<PartitionLag> lags) {
        List<Long> known =
                lags.stream().map(PartitionLag::lag).filter(Objects::nonNull).toList();
        return known.isEmpty() && !lags.isEmpty()
                ? null
                : known.stream().mapToLong(Long::longValue).sum();
    }

    private static @Nullable Double maxBehind(List<PartitionLag> lags) {
        // An unknown delay may be the longest: the lag may have begun before it was measured.
        double max = 0;
        for (PartitionLag lag : lags) {
            if (lag.mayLag()) {
                Double behind = lag.behindSeconds();
                if (behind == null) {
                    return null;
                }
                max = Math.max(max, behind);
            }
        }
        return max;
    }
}
