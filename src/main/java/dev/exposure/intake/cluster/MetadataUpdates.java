package dev.exposure.intake.cluster;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often consumers of this instance have learned about topics anew. A consumer fetches by the topic ids in its
 * metadata, so between two updates all its records come from the same logs. Thread-safe.
 */
public final class MetadataUpdates {

    private final AtomicLong count = new AtomicLong();
    private volatile boolean fetchedByTopicId;

    /** Updates so far. */
    public long count() {
        return count.get();
    }

    /**
     * Whether the brokers let consumers fetch by topic id. While that is not known, and with brokers that fetch by name,
     * the count proves nothing.
     */
    public boolean areReliable() {
        return fetchedByTopicId;
    }

    /** Notes whether they do. */
    public void fetchedByTopicId(boolean fetchedById) {
        fetchedByTopicId = fetchedById;
    }

    /** The deserializer of one consumer, made to listen: Kafka tells deserializers that do of each update. */
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
