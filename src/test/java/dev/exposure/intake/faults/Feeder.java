package dev.exposure.intake.faults;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * Writes numbered exposures to all partitions of a topic at a steady rate, on a thread of its own, until it is closed. What
 * the brokers acknowledge is noted in the ledger, and nothing else: a record is given up by no outage of minutes.
 */
final class Feeder implements AutoCloseable {

    private static final long TICK_NANOS = 20_000_000;

    private final String topic;
    private final Ledger ledger;
    private final double perTick;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "feeder");
    private volatile boolean stopping;

    private Feeder(String bootstrapServers, String topic, Ledger ledger, int recordsPerSecond) {
        this.topic = topic;
        this.ledger = ledger;
        this.perTick = recordsPerSecond * (TICK_NANOS / 1e9);
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        // Or a partition in creation refuses a batch, takes the next, and then refuses the first for
                        // ever.
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                        ProducerConfig.LINGER_MS_CONFIG, 10,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 300_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 300_000,
                        // A new partition is written to before the service can have seen it.
                        ProducerConfig.METADATA_MAX_AGE_CONFIG, 300),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Starts to write. */
    static Feeder start(String bootstrapServers, String topic, Ledger ledger, int recordsPerSecond) {
        Feeder feeder = new Feeder(bootstrapServers, topic, ledger, recordsPerSecond);
        feeder.thread.setDaemon(true);
        feeder.thread.start();
        return feeder;
    }

    private void run() {
        try {
            double due = 0;
            long sent = 0;
            while (!stopping) {
                int partitions = producer.partitionsFor(topic).size();
                for (due += perTick; sent < due; sent++) {
                    send((int) (sent % partitions));
                }
                LockSupport.parkNanos(TICK_NANOS);
            }
            producer.flush();
        } catch (RuntimeException | Error ex) {
            failure.compareAndSet(null, ex);
        }
    }

    private void send(int partition) {
        Entry entry = ledger.draw(partition);
        producer.send(new ProducerRecord<>(topic, partition, null, entry.value()), (metadata, ex) -> {
            if (ex == null) {
                ledger.written(entry);
            } else {
                failure.compareAndSet(null, ex);
            }
        });
    }

    /** Waits until this many more records than now are written. */
    void awaitWritten(long more) {
        long target = ledger.written() + more;
        Awaitility.await("records written")
                .atMost(Duration.ofMinutes(2))
                .until(() -> ledger.written() >= target || failure.get() != null);
    }

    /** Stops after what was begun is written; does nothing when it has stopped. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(120_000);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
        if (failure.get() != null || thread.isAlive()) {
            throw new IllegalStateException("Not everything could be written", failure.get());
        }
    }
}
