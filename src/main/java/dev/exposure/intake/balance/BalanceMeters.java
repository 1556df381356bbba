package dev.exposure.intake.balance;

import dev.exposure.intake.partition.PartitionAccount;
import dev.exposure.intake.partition.PartitionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gauge {@code intake.balance.off}, which is absent while the balance is not known. */
final class BalanceMeters {

    private final MeterRegistry registry;
    private final Supplier<Set<PartitionId>> owned;
    private volatile long off;
    private @Nullable Gauge gauge;

    /**
     * Meters that show nothing before the first sample.
     *
     * @param owned partitions that this instance owns at the moment of the call
     */
    BalanceMeters(MeterRegistry registry, Supplier<Set<PartitionId>> owned) {
        this.registry = registry;
        this.owned = owned;
    }

    /** Shows this sample, or nothing if it is null. */
    synchronized void sampled(@Nullable BalanceSample sample) {
        if (sample == null) {
            if (gauge != null) {
                registry.remove(gauge);
                gauge = null;
            }
            return;
        }
        Set<PartitionId> mine = owned.get();
        off = sample.accounts().stream()
                .filter(account -> mine.contains(account.id()))
                .mapToLong(PartitionAccount::off)
                .sum();
        if (gauge == null) {
            gauge = Gauge.builder("intake.balance.off", this, meters -> meters.off)
                    .description(
                            "Offsets of owned partitions of which it is not known what became of them; 0 where all is right")
                    .strongReference(true)
                    .register(registry);
        }
    }
}
