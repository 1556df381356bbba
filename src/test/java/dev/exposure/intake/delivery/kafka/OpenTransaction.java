package dev.exposure.intake.delivery.kafka;

import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transaction that has an offset of a group and has not ended, as that of an instance which was killed. */
final class OpenTransaction implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;

    private OpenTransaction(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Sends this offset for partition 0 of the topic whose name is also the group's, which must have no member. */
    static OpenTransaction begin(TestBroker broker, String name, long offset) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        UUID.randomUUID().toString()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        OffsetAndMetadata before = broker.commit(name, name, 0);
        producer.sendOffsetsToTransaction(
                Map.of(
                        new TopicPartition(name, 0),
                        new OffsetAndMetadata(offset, before.leaderEpoch(), before.metadata())),
                broker.groupWithoutMember(name));
        return new OpenTransaction(producer);
    }

    void commit() {
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
