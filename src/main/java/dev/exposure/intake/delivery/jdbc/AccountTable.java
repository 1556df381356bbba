package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.Outcomes;
import dev.exposure.intake.partition.PartitionAccount;
import dev.exposure.intake.partition.PartitionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;

/** Reads the accounts, which {@link PositionTable} keeps with the positions, and sums up and removes counts. */
final class AccountTable {

    // Positions of a cluster that the group has left stay in the table.
    private static final String ACCOUNTS = """
            SELECT p.topic, p.partition, p.account_from, p.next_offset, p.processed, p.duplicate, p.test, p.dead_letter,
                p.lost, p.no_record, p.off_before, p.account_since
            FROM partition_position p
            WHERE p.consumer_group = ? AND p.cluster_id = (
                SELECT c.cluster_id FROM partition_position c WHERE c.consumer_group = ?
                ORDER BY c.updated_at DESC FETCH FIRST ROW ONLY)
            ORDER BY p.topic, p.partition
            """;

    // One statement, so that all values are of one moment.
    private static final String SUMS = """
            SELECT (SELECT COALESCE(SUM(exposures), 0) FROM exposure_count),
                (SELECT COALESCE(SUM(processed + processed_before), 0) FROM partition_position),
                (SELECT exposures FROM exposure_count_removal WHERE removal = 1)
            """;

    private static final String ADD_REMOVAL =
            "UPDATE exposure_count_removal SET exposures = exposures + ? WHERE removal = 1";

    private static final Duration SUM_LIMIT = Duration.ofSeconds(60);

    private final JdbcOperations jdbc;
    private final Transactions sums;
    private final String consumerGroup;

    AccountTable(DataSource dataSource, JdbcOperations jdbc, PlatformTransactionManager manager, String consumerGroup) {
        this.jdbc = jdbc;
        this.sums = new Transactions(dataSource, jdbc, manager, SUM_LIMIT);
        this.consumerGroup = consumerGroup;
    }

    /** Accounts of the group's partitions in the cluster that it read from last. */
    List<PartitionAccount> accounts() {
        return jdbc.query(ACCOUNTS, (row, number) -> account(row), consumerGroup, consumerGroup);
    }

    /** Sums up the table of counts; a larger table takes longer. */
    CountSums sums() {
        return sums.execute(status -> jdbc.queryForObject(
                SUMS, (row, number) -> new CountSums(row.getLong(1), row.getLong(2), row.getLong(3))));
    }

    /** Removes counts from this age on, at most {@code max} rows, and returns how many rows it removed. */
    int removeCounts(Dialect dialect, long ageMillis, int max) {
        Removal removal = jdbc.queryForObject(
                dialect.purgeCounts(), (row, number) -> new Removal(row.getInt(1), row.getLong(2)), ageMillis, max);
        if (removal == null || removal.rows() == 0) {
            return 0;
        }
        jdbc.update(ADD_REMOVAL, removal.exposures());
        return removal.rows();
    }

    private record Removal(int rows, long exposures) {}

    private static PartitionAccount account(ResultSet row) throws SQLException {
        return new PartitionAccount(
                new PartitionId(row.getString("topic"), row.getInt("partition")),
                row.getLong("account_from"),
                row.getLong("next_offset"),
                new Outcomes(
                        row.getLong("processed"),
                        row.getLong("duplicate"),
                        row.getLong("test"),
                        row.getLong("dead_letter"),
                        row.getLong("lost"),
                        row.getLong("no_record")),
                row.getLong("off_before"),
                row.getObject("account_since", OffsetDateTime.class).toInstant());
    }
}
