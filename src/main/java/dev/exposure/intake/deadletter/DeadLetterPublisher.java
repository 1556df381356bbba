package dev.exposure.intake.deadletter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Publishes rejected records and waits until the brokers have them.
 *
 * <p>Remembers what it has published until the caller says that the offsets are settled, so that a repeated poll (after
 * an outage of the sink, for instance) does not publish its bad records again. Safe for use by several consumer threads,
 * each for its own partitions.
 */
public final class DeadLetterPublisher {

    /** Bytes of a value to publish when the whole value is too large; far below any usual limit of a topic. */
    private static final int HEAD = 64 * 1024;

    /** Most bytes of the value, of the key and of all headers together, when even that is too large. */
    private static final int SMALL_PART = 1024;

    private final ProducerFactory<byte[], byte[]> producers;
    private final DeadLetterRecords records;
    private final CutLetters cuts;
    private final long waitMillis;
    private final Map<TopicPartition, NavigableSet<Long>> published = new ConcurrentHashMap<>();

    /**
     * Publisher with a shared producer.
     *
     * @param waitMillis longest wait for the brokers' answer to one record; above the producer's delivery timeout
     */
    DeadLetterPublisher(
            ProducerFactory<byte[], byte[]> producers, DeadLetterRecords records, CutLetters cuts, long waitMillis) {
        this.producers = producers;
        this.records = records;
        this.cuts = cuts;
        this.waitMillis = waitMillis;
    }

    private record Sent(RejectedRecord rejected, Future<RecordMetadata> answer) {}

    /**
     * Publishes those of the records that are not published yet, and returns when all are acknowledged.
     *
     * <p>A record that is too large for its topic, or for {@code intake.dead-letter.max-request-size}, is published with the
     * head of its value: the whole could never be published, and its partition would wait forever.
     *
     * @throws KafkaException when one is not acknowledged; the acknowledged ones are not published again on the next call
     */
    public void publish(List<RejectedRecord> rejected) {
        List<RejectedRecord> open =
                rejected.stream().filter(one -> !isPublished(one.record())).toList();
        if (open.isEmpty()) {
            return;
        }
        KafkaException failure = null;
        for (Sent one : send(open)) {
            ConsumerRecord<byte[], byte[]> original = one.rejected().record();
            try {
                awaitOrCut(one);
                remember(original);
            } catch (KafkaException ex) {
                failure = failure == null ? refused(original, ex) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Names the record, so that somebody can look at it, and the topic, so that somebody can repair it. */
    private KafkaException refused(ConsumerRecord<?, ?> original, KafkaException cause) {
        if (cause instanceof InterruptException) {
            return cause;
        }
        return new KafkaException(
                topicFor(original.topic()) + " does not take the dead letter of " + partition(original) + "@"
                        + original.offset(),
                cause);
    }

    /** Sends in order, and stops at the first that is refused at once, so that a missing topic costs only one wait. */
    private List<Sent> send(List<RejectedRecord> open) {
        List<Sent> sent = new ArrayList<>(open.size());
        // The factory's producer is shared: closing it gives it back.
        try (Producer<byte[], byte[]> producer = producers.createProducer()) {
            for (RejectedRecord one : open) {
                Future<RecordMetadata> answer = send(producer, records.of(one));
                sent.add(new Sent(one, answer));
                if (answer.isDone() && isRefusedForGood(answer)) {
                    break;
                }
            }
            producer.flush();
        }
        return sent;
    }

    /** A producer that was refused a moment ago throws instead of answering. */
    private static Future<RecordMetadata> send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> letter) {
        try {
            return producer.send(letter);
        } catch (InterruptException ex) {
            throw ex;
        } catch (KafkaException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    private boolean isRefusedForGood(Future<RecordMetadata> answer) {
        try {
            await(answer);
            return false;
        } catch (KafkaException ex) {
            return !isTooLarge(ex);
        }
    }

    private void awaitOrCut(Sent one) {
        try {
            await(one.answer());
        } catch (KafkaException ex) {
            if (!isTooLarge(ex)) {
                throw ex;
            }
            publishCut(one.rejected());
            ConsumerRecord<byte[], byte[]> original = one.rejected().record();
            cuts.published(original, topicFor(original.topic()));
        }
    }

    private void publishCut(RejectedRecord rejected) {
        try (Producer<byte[], byte[]> producer = producers.createProducer()) {
            try {
                sendAlone(producer, records.withHeadOfValue(rejected, HEAD));
            } catch (KafkaException ex) {
                if (!isTooLarge(ex)) {
                    throw ex;
                }
                sendAlone(producer, records.withSmallParts(rejected, SMALL_PART)); // its key or headers are too large
            }
        }
    }

    private void sendAlone(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> letter) {
        Future<RecordMetadata> answer = send(producer, letter);
        producer.flush();
        await(answer);
    }

    /** The client refuses records above its own limit, the broker those above a limit of the topic or its log. */
    private static boolean isTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
                return true;
            }
        }
        return false;
    }

    private void await(Future<RecordMetadata> answer) {
        try {
            answer.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException ex) {
            throw ex.getCause() instanceof KafkaException cause ? cause : new KafkaException(ex.getCause());
        } catch (TimeoutException ex) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "No answer to a dead letter within " + waitMillis + " ms");
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new InterruptException(ex);
        }
    }

    private void remember(ConsumerRecord<byte[], byte[]> record) {
        published
                .computeIfAbsent(partition(record), key -> new ConcurrentSkipListSet<>())
                .add(record.offset());
    }

    /** Forgets the records published below the offset: the position has moved past them, so they can't come again. */
    public void settled(TopicPartition partition, long nextOffset) {
        NavigableSet<Long> offsets = published.get(partition);
        if (offsets != null) {
            offsets.headSet(nextOffset, false).clear();
        }
    }

    /** Forgets all records published of the partition, because another member of the group owns it from now on. */
    public void forget(TopicPartition partition) {
        published.remove(partition);
    }

    /** Name of the topic that the rejected records of a topic are published to. */
    public String topicFor(String original) {
        return records.topic(original);
    }

    private boolean isPublished(ConsumerRecord<byte[], byte[]> record) {
        NavigableSet<Long> offsets = published.get(partition(record));
        return offsets != null && offsets.contains(record.offset());
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
