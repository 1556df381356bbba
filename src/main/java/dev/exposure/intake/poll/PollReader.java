package dev.exposure.intake.poll;

import dev.exposure.intake.consumer.PollBudget;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Settles where a poll's partitions start, and decodes those of its records that come from there. */
final class PollReader {

    private final PollBudget budget;
    private final PollStarts starts;
    private final PollDecoder decoder;

    PollReader(PollBudget budget, PollStarts starts, PollDecoder decoder) {
        this.budget = budget;
        this.starts = starts;
        this.decoder = decoder;
    }

    /**
     * Reads what is not void; on the consumer's thread.
     *
     * @throws dev.exposure.intake.outage.StageFailure when a start can't be decided now
     */
    Poll read(PolledRecords polled) {
        budget.renew();
        Consumer<?, ?> consumer = polled.consumer();
        Collection<TopicPartition> partitions = polled.records().partitions();
        polled.moveThoseTaken();
        polled.move(starts.settle(consumer, partitions));
        polled.moveThoseTaken(); // a commit in between may have told the client that it has lost them
        polled.confirmLogs();
        return decoder.decode(polled.records(), polled.moved());
    }
}
