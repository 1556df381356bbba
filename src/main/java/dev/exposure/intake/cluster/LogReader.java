package dev.exposure.intake.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the partitions' leaders where their logs begin and end. */
final class LogReader {

    private final Admin admin;
    private final IsolationLevel isolation;

    LogReader(Admin admin, IsolationLevel isolation) {
        this.admin = admin;
        this.isolation = isolation;
    }

    /** Extents of those partitions whose leaders answer; throws only when there are partitions and none answers. */
    Map<TopicPartition, LogRange> read(Collection<TopicPartition> partitions, Deadline deadline)
            throws InterruptedException {
        ListOffsetsResult starts = ask(partitions, OffsetSpec.earliest(), deadline);
        ListOffsetsResult ends = ask(partitions, OffsetSpec.latest(), deadline);
        Map<TopicPartition, LogRange> ranges = new HashMap<>();
        KafkaException failure = null;
        for (TopicPartition partition : partitions) {
            try {
                long start = deadline.await(starts.partitionResult(partition)).offset();
                ListOffsetsResultInfo end = deadline.await(ends.partitionResult(partition));
                ranges.put(
                        partition,
                        new LogRange(start, end.offset(), end.leaderEpoch().orElse(null)));
            } catch (KafkaException ex) {
                failure = ex;
            }
        }
        if (ranges.isEmpty() && failure != null) {
            throw failure;
        }
        return ranges;
    }

    private ListOffsetsResult ask(Collection<TopicPartition> partitions, OffsetSpec spec, Deadline deadline) {
        return admin.listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec)),
                new ListOffsetsOptions(isolation).timeoutMs(deadline.remainingMillis()));
    }
}
