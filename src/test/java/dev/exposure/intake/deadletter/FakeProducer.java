package dev.exposure.intake.deadletter;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.testing.MutableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.core.ProducerFactory;

/** Kafka's own mock of a producer, which refuses some dead letters at once and may leave others unanswered. */
public final class FakeProducer extends MockProducer<byte[], byte[]> {

    private static final long WAIT_MILLIS = 200;

    final EventLog events = new EventLog(new MutableClock());
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<Long> refused = new ArrayList<>();
    private int largest = Integer.MAX_VALUE;
    private boolean silent;
    private boolean throwing;
    private int attempts;

    public FakeProducer() {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Publisher that sends with this producer and waits 200 ms for each answer. */
    public DeadLetterPublisher publisher() {
        ProducerFactory<byte[], byte[]> factory = new ProducerFactory<>() {
            @Override
            public Producer<byte[], byte[]> createProducer() {
                return FakeProducer.this;
            }
        };
        return new DeadLetterPublisher(
                factory, new DeadLetterRecords(".dlt"), new CutLetters(events, registry), WAIT_MILLIS);
    }

    /** Refuses the dead letters of the records with these offsets, and no others. */
    public void refuse(long... offsets) {
        refused.clear();
        LongStream.of(offsets).forEach(refused::add);
    }

    /** Refuses dead letters whose key, value and largest header together hold more bytes than this. */
    public void limit(int bytes) {
        largest = bytes;
    }

    /** Leaves all that is sent unanswered, or answers again. */
    public void silence(boolean isSilent) {
        silent = isSilent;
    }

    /** Throws instead of answering, as a producer does that was refused a moment ago, or answers again. */
    public void throwAtOnce(boolean isThrowing) {
        throwing = isThrowing;
    }

    /** How often something was sent, refused or not. */
    public int attempts() {
        return attempts;
    }

    /** Offsets of the records whose dead letters were taken, in order. */
    public List<Long> offsets() {
        return history().stream().map(FakeProducer::offset).toList();
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> letter) {
        attempts++;
        if (throwing) {
            throw new KafkaException("in an error state");
        }
        if (silent) {
            return new CompletableFuture<>();
        }
        int size = size(letter.key()) + size(letter.value());
        for (Header header : letter.headers()) {
            size = Math.max(size, size(letter.key()) + size(letter.value()) + size(header.value()));
        }
        if (size > largest) {
            return CompletableFuture.failedFuture(new RecordTooLargeException("too large"));
        }
        return refused.contains(offset(letter))
                ? CompletableFuture.failedFuture(new KafkaException("refused"))
                : super.send(letter);
    }

    @Override
    public void close() {
        // The service's producer is shared as well: closing it gives it back.
    }

    private static int size(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long offset(ProducerRecord<byte[], byte[]> letter) {
        return ByteBuffer.wrap(
                        letter.headers().lastHeader("kafka_dlt-original-offset").value())
                .getLong();
    }
}
