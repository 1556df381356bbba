package dev.exposure.intake.balance;

import dev.exposure.intake.outage.FailureText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Endpoint {@code balance}: what became of every offset of the group's partitions, from the last sample. */
@Endpoint(id = "balance")
class BalanceEndpoint {

    private static final Logger log = LoggerFactory.getLogger(BalanceEndpoint.class);

    private final String groupId;
    private final BalanceSampler sampler;

    BalanceEndpoint(String groupId, BalanceSampler sampler) {
        this.groupId = groupId;
        this.sampler = sampler;
    }

    /**
     * Reports the balance.
     *
     * @param counts whether to read the balance again and sum up the table of counts, which may take long
     */
    @ReadOperation
    BalanceReport balance(@Nullable Boolean counts) {
        BalanceSampler.Sums sums = Boolean.TRUE.equals(counts) ? sum() : null;
        return sums == null
                ? BalanceReport.of(groupId, sampler.latest(), null)
                : BalanceReport.of(groupId, sums.sample(), sums.counts());
    }

    private BalanceSampler.@Nullable Sums sum() {
        try {
            return sampler.sum();
        } catch (RuntimeException ex) {
            log.info("The counts can't be summed up: {}", FailureText.of(ex));
            return null;
        }
    }
}
