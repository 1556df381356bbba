package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.partition.PartitionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;

/**
 * Finds records that Kafka deleted before they were read, while the service runs: an outage of the sink may outlast the
 * topic's retention.
 *
 * <p>The client then silently continues at the log's start, which leaves a gap between the position and the first
 * record polled. Transactions leave gaps too; the log's start tells how much of a gap was deleted.
 */
public final class LossCheck {

    /**
     * Records deleted unread.
     *
     * @param from offset of the first of them
     * @param count how many
     */
    public record Loss(long from, long count) {}

    private final ClusterReader cluster;
    private final Duration timeout;
    private final Assignment assignment;
    private final StartReporter reporter;

    LossCheck(ClusterReader cluster, Duration timeout, Assignment assignment, StartReporter reporter) {
        this.cluster = cluster;
        this.timeout = timeout;
        this.assignment = assignment;
        this.reporter = reporter;
    }

    /**
     * Finds what was deleted just before these records; asks the cluster only where there is a gap.
     *
     * @param firstOffsets offset of the first record polled from each partition
     * @throws RuntimeException when the cluster does not answer
     */
    public Map<PartitionId, Loss> find(Map<PartitionId, Long> firstOffsets) {
        Map<PartitionId, Long> expected = new HashMap<>();
        firstOffsets.forEach((id, first) -> {
            OwnedPartition owned = assignment.find(id);
            Long position = owned == null ? null : owned.position();
            if (position != null && first > position) {
                expected.put(id, position);
            }
        });
        if (expected.isEmpty()) {
            return Map.of();
        }
        Map<PartitionId, Loss> losses = new TreeMap<>();
        cluster.offsets(expected.keySet(), OffsetSpec.earliest(), new Deadline(timeout))
                .forEach((id, logStart) -> {
                    long from = expected.getOrDefault(id, logStart.offset());
                    long end = Math.min(logStart.offset(), firstOffsets.getOrDefault(id, logStart.offset()));
                    if (end > from) {
                        losses.put(id, new Loss(from, end - from));
                    }
                });
        return losses;
    }

    /** Counts and logs the losses; to be called once the records after them are settled, so that none is counted twice. */
    public void settled(Map<PartitionId, Loss> losses) {
        losses.forEach(reporter::lost);
    }
}
