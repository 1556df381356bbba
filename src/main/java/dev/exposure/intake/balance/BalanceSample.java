package dev.exposure.intake.balance;

import dev.exposure.intake.partition.PartitionAccount;
import java.time.Instant;
import java.util.List;

/**
 * The accounts of the group's partitions, as they were at one moment.
 *
 * @param measuredAt when they were read
 */
record BalanceSample(Instant measuredAt, List<PartitionAccount> accounts) {

    /** Sum of {@link PartitionAccount#off} over the accounts. */
    long off() {
        return accounts.stream().mapToLong(PartitionAccount::off).sum();
    }
}
