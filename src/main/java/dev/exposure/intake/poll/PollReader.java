package dev.exposure.intake.poll;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.TopicIdCheck;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Settles where a poll's partitions start and decodes its records, while the cluster is asked whether the topics are still the
 * ones that the positions refer to.
 */
final class PollReader {

    private final PollBudget budget;
    private final StartGate gate;
    private final PollDecoder decoder;

    PollReader(PollBudget budget, StartGate gate, PollDecoder decoder) {
        this.budget = budget;
        this.gate = gate;
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
        polled.move(gate.settle(consumer, partitions));
        TopicIdCheck.Question logs = gate.ask(partitions);
        Poll poll = decoder.decode(polled.records(), polled.moved());
        Set<PartitionId> changed = gate.settleChanged(logs, consumer, partitions);
        polled.confirmLogs();
        if (changed.isEmpty()) {
            return poll;
        }
        polled.move(changed);
        return decoder.decode(polled.records(), polled.moved());
    }
}
