package dev.exposure.intake.cluster;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the metadata updates of this instance's consumers. A consumer fetches by the topic ids in its metadata, so
 * between two updates all its records come from the same logs. Thread-safe.
 */
public final class MetadataUpdates {

    private final AtomicLong count = new AtomicLong();
    private volatile boolean fetchedByTopicId;

    /** Updates so far. */
    public long count() {
        return count.get();
    }

    /**
     * Whether the brokers let consumers fetch by topic id. While that is not known, and with brokers that serve fetches
     * by name, the count proves nothing.
     */
    public boolean areReliable() {
        return fetchedByTopicId;
    }

    /** Takes note of whether the brokers do so. */
    public void fetchedByTopicId(boolean fetchedById) {
        fetchedByTopicId = fetchedById;
    }

    /** Wraps the deserializer of one consumer, so that Kafka tells it of each update. */
    public Deserializer<byte[]> listening(Deserializer<byte[]> deserializer) {
        return new Listener(deserializer, count);
    }

    private record Listener(Deserializer<byte[]> delegate, AtomicLong count)
            implements Deserializer<byte[]>, ClusterResourceListener {

        @Override
        public void onUpdate(ClusterResource clusterResource) {
            count.incrementAndGet();
        }

        @Override
        public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
            return delegate.deserialize(topic, data);
        }

        @Override
        public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
            return delegate.deserialize(topic, headers, data);
        }
    }
}
