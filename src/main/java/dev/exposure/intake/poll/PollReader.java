package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.PollBudget;
import dev.exposure.intake.outage.Outages;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Settles where a poll's partitions start, and decodes the records that are valid after that. */
final class PollReader {

    private final PollBudget budget;
    private final PollStarts starts;
    private final PollDecoder decoder;
    private final Outages outages;

    PollReader(PollBudget budget, PollStarts starts, PollDecoder decoder, Outages outages) {
        this.budget = budget;
        this.starts = starts;
        this.decoder = decoder;
        this.outages = outages;
    }

    /**
     * Decodes the records that are not void; on the consumer's thread.
     *
     * @throws dev.exposure.intake.outage.StageFailure when a start can't be decided now
     */
    Poll read(PolledRecords polled) {
        budget.renew();
        outages.begin(Partitions.ids(polled.records().partitions())); // PollRetry ends it
        Consumer<?, ?> consumer = polled.consumer();
        Collection<TopicPartition> partitions = polled.records().partitions();
        polled.moveThoseTaken();
        polled.move(starts.settle(consumer, partitions));
        polled.moveThoseTaken(); // a commit in between may have told the client that it has lost partitions
        polled.confirmLogs();
        return decoder.decode(polled.records(), polled.moved());
    }
}
