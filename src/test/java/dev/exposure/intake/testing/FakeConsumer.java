package dev.exposure.intake.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Kafka's own mock of a consumer, which also remembers seeks and commits whole, with epoch and metadata, or fails them. */
public final class FakeConsumer extends MockConsumer<byte[], byte[]> {

    private final Map<TopicPartition, OffsetAndMetadata> seeks = new LinkedHashMap<>();
    private final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();
    private final Map<TopicPartition, RuntimeException> positionFailures = new HashMap<>();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private @Nullable Runnable loss;

    /** Consumer that these partitions are assigned to. */
    public FakeConsumer(TopicPartition... assigned) {
        super("earliest");
        assign(List.of(assigned));
    }

    /** Lets the next commits fail, one for each exception. */
    public void failCommits(RuntimeException... exceptions) {
        failures.addAll(Arrays.asList(exceptions));
    }

    /** Loses all partitions with the next commit, as a client does that learns from it that the group went on without it. */
    public void loseWithNextCommit(Runnable callback) {
        loss = callback;
    }

    /** Lets every question for the partition's position fail. */
    public void failPosition(TopicPartition partition, RuntimeException exception) {
        positionFailures.put(partition, exception);
    }

    /** Last seek of each partition. */
    public Map<TopicPartition, OffsetAndMetadata> seeks() {
        return seeks;
    }

    /** Commits that succeeded, oldest first. */
    public List<Map<TopicPartition, OffsetAndMetadata>> commits() {
        return commits;
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        super.seek(partition, offset);
        seeks.put(partition, offset);
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
        RuntimeException failure = positionFailures.get(partition);
        if (failure != null) {
            throw failure;
        }
        return super.position(partition, timeout);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        Runnable callback = loss;
        if (callback != null) {
            loss = null;
            assign(List.of());
            callback.run();
            throw new CommitFailedException("the group went on");
        }
        commits.add(Map.copyOf(offsets));
    }
}
