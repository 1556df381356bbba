package dev.exposure.intake.position;

import dev.exposure.intake.partition.PartitionId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Remembers the highest end seen of each log, by leader epoch, to distinguish records that an unclean leader election
 * cut off from those written after it. Thread-safe.
 */
public final class LogEnds {

    /** Elections are rare, so the last few epochs are enough. */
    private static final int EPOCHS = 4;

    private record Seen(String topicId, NavigableMap<Integer, Long> endByEpoch) {}

    private final Map<PartitionId, Seen> logs = new ConcurrentHashMap<>();

    /** Takes note that the log reached to this offset while its leader had this epoch. */
    public void seen(PartitionId id, String topicId, int leaderEpoch, long end) {
        logs.compute(id, (key, past) -> {
            Seen seen = past != null && past.topicId.equals(topicId)
                    ? past
                    : new Seen(topicId, new ConcurrentSkipListMap<>());
            seen.endByEpoch.merge(leaderEpoch, end, Math::max);
            while (seen.endByEpoch.size() > EPOCHS) {
                seen.endByEpoch.pollFirstEntry();
            }
            return seen;
        });
    }

    /** How many records beyond the offset were seen before the leader with this epoch took over; 0 where none were. */
    long seenBeyond(PartitionId id, String topicId, long offset, int leaderEpoch) {
        Seen seen = logs.get(id);
        Map.Entry<Integer, Long> before =
                seen == null || !seen.topicId.equals(topicId) ? null : seen.endByEpoch.lowerEntry(leaderEpoch);
        return before == null ? 0 : Math.max(0, before.getValue() - offset);
    }
}
