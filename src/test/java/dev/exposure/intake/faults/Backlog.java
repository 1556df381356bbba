package dev.exposure.intake.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes a given number of entries as fast as it can, and returns when all are in Kafka. */
final class Backlog {

    private final Scene scene;
    private final Map<String, Object> settings;

    private Backlog(Scene scene, Map<String, Object> settings) {
        this.scene = scene;
        this.settings = settings;
    }

    /** Writes as Filebeat does under load: big compressed batches. */
    static Backlog compressed(Scene scene) {
        return new Backlog(
                scene,
                Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        900_000,
                        ProducerConfig.LINGER_MS_CONFIG,
                        50,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        128 << 20));
    }

    /** Writes what a leader has acknowledged and no follower, so that it can be lost with the leader. */
    static Backlog leaderOnly(Scene scene) {
        return new Backlog(
                scene, Map.of(ProducerConfig.ACKS_CONFIG, "1", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false));
    }

    /** Writes this many records to each of the first partitions, their lines longer by the padding. */
    void write(int partitions, int recordsEach, String padding) {
        for (int partition = 0; partition < partitions; partition++) {
            writeTo(partition, recordsEach, padding);
        }
    }

    /** Writes this many records to one partition. */
    void writeTo(int partition, int records, String padding) {
        try (Writer writer = new Writer(producer())) {
            for (int i = 0; i < records; i++) {
                Entry entry = scene.ledger().draw(partition, padding);
                writer.write(partition, entry.value(), () -> scene.ledger().written(entry));
            }
        }
    }

    /** Writes values that the scene keeps no account of to one partition, this many, by their numbers from 0. */
    void writeTo(int partition, int records, LongFunction<byte[]> values) {
        try (Writer writer = new Writer(producer())) {
            for (int i = 0; i < records; i++) {
                writer.write(partition, values.apply(i), () -> {});
            }
        }
    }

    /** Writes; closed, all is in Kafka, or an exception is thrown. */
    private record Writer(KafkaProducer<byte[], byte[]> producer, AtomicReference<Exception> failure)
            implements AutoCloseable {

        Writer(KafkaProducer<byte[], byte[]> producer) {
            this(producer, new AtomicReference<>());
        }

        void write(int partition, byte[] value, Runnable written) {
            producer.send(new ProducerRecord<>(Scene.TOPIC, partition, null, value), (metadata, ex) -> {
                if (ex == null) {
                    written.run();
                } else {
                    failure.compareAndSet(null, ex);
                }
            });
        }

        @Override
        public void close() {
            producer.close();
            if (failure.get() != null) {
                throw new IllegalStateException("Not everything could be written", failure.get());
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, scene.kafka().bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Text of this length that a compressor makes about an eighth of, as it does of logs. */
    static String logLikeText(int length) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder(length + 80);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong() | 1L << 63), 0, 8)
                    .append("-the-rest-is-what-all-lines-of-a-log-have-in-common-more-or-less-again--");
        }
        return text.substring(0, length);
    }
}
