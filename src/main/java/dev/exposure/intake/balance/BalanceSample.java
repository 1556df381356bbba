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

    /** Sum of what the accounts are off by, each taken as its size: two that are off in opposite ways don't make it right. */
    long off() {
        return accounts.stream().mapToLong(account -> Math.abs(account.off())).sum();
    }
}
