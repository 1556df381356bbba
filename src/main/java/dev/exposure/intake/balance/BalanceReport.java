package dev.exposure.intake.balance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.PartitionAccount;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the {@code balance} endpoint answers. As an operation's response body it is written by Actuator's own mapper.
 *
 * @param measuredAt when it was read from the database; while that is not possible, it, off and counts are null
 * @param off sum of off over the partitions; if not 0, something is wrong
 * @param counts sums of the table of counts if they were asked for, else null
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record BalanceReport(
        String groupId,
        @Nullable Instant measuredAt,
        @Nullable Long off,
        @Nullable CountSums counts,
        List<Partition> partitions)
        implements OperationResponseBody {

    /**
     * A partition.
     *
     * @param from offset at which its account begins
     * @param next offset of the first record that is not processed yet
     * @param processed exposures that went through the processor
     * @param duplicate exposures whose id was known
     * @param test test exposures
     * @param deadLetter records that hold no usable exposure
     * @param lost records that Kafka deleted before they were read
     * @param noRecord offsets that hold no record
     * @param off offsets passed without an outcome; if negative, outcomes without an offset
     * @param since when the account began
     */
    record Partition(
            String topic,
            int partition,
            long from,
            long next,
            long processed,
            long duplicate,
            long test,
            long deadLetter,
            long lost,
            long noRecord,
            long off,
            Instant since) {

        private static Partition of(PartitionAccount account) {
            return new Partition(
                    account.id().topic(),
                    account.id().partition(),
                    account.from(),
                    account.next(),
                    account.outcomes().processed(),
                    account.outcomes().duplicate(),
                    account.outcomes().test(),
                    account.outcomes().deadLetter(),
                    account.outcomes().lost(),
                    account.outcomes().noRecord(),
                    account.off(),
                    account.since());
        }
    }

    static BalanceReport of(String groupId, @Nullable BalanceSample sample, @Nullable CountSums counts) {
        return sample == null
                ? new BalanceReport(groupId, null, null, null, List.of())
                : new BalanceReport(
                        groupId,
                        sample.measuredAt(),
                        sample.off(),
                        counts,
                        sample.accounts().stream().map(Partition::of).toList());
    }
}
