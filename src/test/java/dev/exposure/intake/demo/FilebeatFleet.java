package dev.exposure.intake.demo;

import dev.exposure.intake.testing.TestBroker;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes events at a rate, each to a random partition as Filebeat does without a key. Counts what the broker has
 * acknowledged.
 */
final class FilebeatFleet implements AutoCloseable {

    private static final int TICKS_PER_SECOND = 20;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final DemoEvents events = new DemoEvents();
    private final Random random = new Random();
    private final LongAdder exposures = new LongAdder();
    private final LongAdder tests = new LongAdder();
    private final LongAdder bad = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private volatile int partitions;
    private volatile int perSecond;

    FilebeatFleet(TestBroker broker, String topic, int partitions, int perSecond) {
        this.topic = topic;
        this.producer = broker.producer();
        this.partitions = partitions;
        this.perSecond = perSecond;
    }

    void start() {
        executor.scheduleAtFixedRate(this::tick, 0, 1000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
    }

    /** Writes to this many partitions from now on. */
    void partitions(int count) {
        partitions = count;
    }

    /** Writes this many events a second from now on. */
    void rate(int eventsPerSecond) {
        perSecond = eventsPerSecond;
    }

    private void tick() {
        for (int i = 0; i < perSecond / TICKS_PER_SECOND; i++) {
            DemoEvents.Event event = events.next(random, Instant.now());
            LongAdder written = switch (event.kind()) {
                case EXPOSURE -> exposures;
                case TEST -> tests;
                case BAD -> bad;
            };
            producer.send(
                    new ProducerRecord<>(topic, random.nextInt(partitions), null, event.value()),
                    (metadata, failure) -> (failure == null ? written : failed).increment());
        }
    }

    long written() {
        return exposures.sum() + tests.sum() + bad.sum();
    }

    long failed() {
        return failed.sum();
    }

    /** Stops writing; when this returns all that was sent is acknowledged or has failed. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
