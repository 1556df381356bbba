package dev.exposure.intake.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters to their original topics, with the same key, value and headers and one more header, to the same
 * partition where it still exists. Prints what became of each only when the brokers have answered.
 */
final class Resender {

    private final Producer<byte[], byte[]> producer;
    private final Lines lines;
    private final Map<String, Integer> partitions = new HashMap<>();
    private final Map<String, Long> sent = new TreeMap<>();
    private long failed;

    /** Sends with this producer, which has to be idempotent. */
    Resender(Producer<byte[], byte[]> producer, Lines lines) {
        this.producer = producer;
        this.lines = lines;
    }

    /** Why this one can't be sent again, or null where it can. */
    static @Nullable String obstacle(DeadLetter letter, String topicSuffix) {
        if (letter.cut()) {
            return "only the head of its value is here; the whole record is at its origin, as long as that topic keeps it";
        }
        if (letter.origin() == null) {
            return "no header says where it comes from";
        }
        if (!letter.record().topic().equals(letter.origin().topic() + topicSuffix)) {
            return "its headers name an original topic that does not belong to this dead-letter topic";
        }
        return null;
    }

    /**
     * A dead letter that is being sent.
     *
     * @param refused whether it was refused before anything was sent
     */
    private record Sending(DeadLetter letter, Future<RecordMetadata> answer, boolean refused) {}

    /**
     * Sends them in order, until one is refused at once, and waits for the answers.
     *
     * @return how many were tried; what became of each is printed
     */
    int send(List<DeadLetter> letters) {
        List<Sending> sendings = new ArrayList<>();
        boolean refused = false;
        for (int i = 0; i < letters.size() && !refused; i++) {
            Future<RecordMetadata> answer = start(letters.get(i));
            refused = isFailed(answer);
            sendings.add(new Sending(letters.get(i), answer, refused));
        }
        producer.flush();
        sendings.forEach(this::tell);
        return sendings.size();
    }

    private static boolean isFailed(Future<RecordMetadata> answer) {
        try {
            if (answer.isDone()) {
                answer.get();
            }
            return false;
        } catch (ExecutionException ex) {
            return true;
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new InterruptException(ex);
        }
    }

    private Future<RecordMetadata> start(DeadLetter letter) {
        try {
            return producer.send(record(letter));
        } catch (InterruptException ex) {
            throw ex;
        } catch (KafkaException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    private ProducerRecord<byte[], byte[]> record(DeadLetter letter) {
        Origin.Position origin = Objects.requireNonNull(letter.origin());
        int existing = partitions.computeIfAbsent(
                origin.topic(), topic -> producer.partitionsFor(topic).size());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                origin.topic(),
                origin.partition() < existing ? origin.partition() : null,
                null, // the present time, because retention may at once delete a record with the original's time
                letter.record().key(),
                letter.record().value(),
                letter.originalHeaders());
        record.headers()
                .add(new RecordHeader(
                        DeadLetter.RESENT, letter.position().toString().getBytes(UTF_8)));
        return record;
    }

    private void tell(Sending sending) {
        Origin.Position position = sending.letter().position();
        try {
            RecordMetadata written = sending.answer().get();
            sent.merge(written.topic(), 1L, Long::sum);
            lines.sent(position, new Origin.Position(written.topic(), written.partition(), written.offset()));
        } catch (ExecutionException ex) {
            failed++;
            boolean unknown = !sending.refused() && ex.getCause() instanceof RetriableException;
            lines.notSent(position, ex.getCause(), unknown);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new InterruptException(ex);
        }
    }

    /** How many were sent to each topic. */
    Map<String, Long> sent() {
        return sent;
    }

    /** How many were refused or got no answer. */
    long failed() {
        return failed;
    }
}
