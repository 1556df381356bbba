package dev.exposure.intake.demo;

import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.PartitionAccount;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /actuator/balance} tells.
 *
 * @param accounts what became of each partition's offsets
 * @param counts the table beside them, null where there is none
 */
record OwnAccount(List<PartitionAccount> accounts, @Nullable CountSums counts) {

    boolean comesOut() {
        return accounts.stream().allMatch(account -> account.off() == 0)
                && (counts == null || counts.table() + counts.removed() == counts.processed());
    }

    String text() {
        long passed = accounts.stream()
                .mapToLong(account -> account.next() - account.from())
                .sum();
        long off =
                accounts.stream().mapToLong(account -> Math.abs(account.off())).sum();
        String table = counts == null
                ? ""
                : String.format(Locale.ROOT, ", %,d processed, %,d in the table", counts.processed(), counts.table());
        return String.format(
                Locale.ROOT,
                "%,d offsets of %d partitions passed%s, off by %,d%s",
                passed,
                accounts.size(),
                table,
                off,
                comesOut() ? "" : "  DIFFERENCE");
    }
}
