package dev.exposure.intake.consumer;

import dev.exposure.intake.outage.Outages;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Makes a span for the processing of each poll if tracing is on; lines logged meanwhile belong to the span. Single records get
 * none, because their spans would cost more than all other work on them. Called on the consumers' threads.
 */
public final class PollSpans implements BatchInterceptor<byte[], byte[]> {

    private record Open(Span span, Tracer.SpanInScope scope) {}

    private static final ThreadLocal<Open> OPEN = new ThreadLocal<>();

    private final Tracer tracer;
    private final Outages outages;

    public PollSpans(Tracer tracer, Outages outages) {
        this.tracer = tracer;
        this.outages = outages;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> intercept(
            ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> consumer) {
        end();
        Span span = tracer.nextSpan().name("intake poll");
        if (!span.isNoop()) {
            span.tag("messaging.system", "kafka")
                    .tag("messaging.operation.type", "process")
                    .tag(
                            "messaging.consumer.group.name",
                            consumer.groupMetadata().groupId())
                    .tag("messaging.destination.name", topics(records))
                    .tag("messaging.batch.message_count", records.count())
                    .tag("intake.partitions", records.partitions().size());
        }
        span.start();
        OPEN.set(new Open(span, tracer.withSpan(span)));
        return records;
    }

    @Override
    public void success(ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> consumer) {
        Open poll = OPEN.get();
        if (poll != null && !poll.span.isNoop()) {
            // A failed poll was put back, so the container regards it as a success.
            String stages = outages.current().stream()
                    .map(outage -> outage.stage().name())
                    .sorted()
                    .collect(Collectors.joining(","));
            if (!stages.isEmpty()) {
                poll.span.tag("intake.outages", stages);
            }
        }
        end();
    }

    @Override
    public void failure(ConsumerRecords<byte[], byte[]> records, Exception failure, Consumer<byte[], byte[]> consumer) {
        Open poll = OPEN.get();
        if (poll != null) {
            // Not the exception itself: its message may quote a record.
            poll.span.tag("error.type", failure.getClass().getName());
        }
        end();
    }

    @Override
    public void clearThreadState(Consumer<?, ?> consumer) {
        end();
    }

    private void end() {
        Open poll = OPEN.get();
        if (poll != null) {
            OPEN.remove();
            poll.scope.close();
            poll.span.end();
        }
    }

    private static String topics(ConsumerRecords<?, ?> records) {
        return records.partitions().stream()
                .map(TopicPartition::topic)
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }
}
