package dev.exposure.intake.deadletter;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureNotice;
import dev.exposure.intake.partition.PartitionId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts the dead letters that hold only a part of their record, because the topic takes no larger ones. */
final class CutLetters {

    private static final Logger log = LoggerFactory.getLogger(CutLetters.class);

    private final EventLog events;
    private final Counter counter;
    private final FailureNotice notice = new FailureNotice();

    CutLetters(EventLog events, MeterRegistry registry) {
        this.events = events;
        this.counter = Counter.builder("intake.dead.letters.cut")
                .description("Dead letters whose value was cut, because the dead-letter topic takes no larger one")
                .register(registry);
    }

    /** Takes note of one that was published. */
    void published(ConsumerRecord<?, byte[]> original, String topic) {
        counter.increment();
        int size = original.value() == null ? 0 : original.value().length;
        String text = "the record at offset " + original.offset() + ", of " + size + " bytes, is too large for " + topic
                + " and was published with the head of its value";
        PartitionId partition = new PartitionId(original.topic(), original.partition());
        events.add(EventType.DEAD_LETTER_CUT, partition, text);
        if (notice.failed() != FailureNotice.Turn.SILENT) {
            log.warn(
                    "{}: {} ({} since last said); the original stays where it is",
                    partition,
                    text,
                    notice.failuresToTell());
        }
    }
}
