package dev.exposure.intake.delivery.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The table {@code counted_exposure}, as one consumer group sees it: ids of exposures that it has counted. */
final class CountedExposureTable {

    private static final String[] ID = {"exposure_id"};

    private final String consumerGroup;

    CountedExposureTable(String consumerGroup) {
        this.consumerGroup = consumerGroup;
    }

    /**
     * Adds the ids that are not there yet. Waits for a transaction that is adding or removing one of them.
     *
     * @param ids without repetition, in the one order in which every writer adds them, so that writers don't deadlock
     * @return ids that were added
     */
    Set<String> add(JdbcOperations jdbc, Dialect dialect, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        Set<String> added = jdbc.execute(
                (Connection connection) -> connection.prepareStatement(dialect.addIds(), ID),
                (PreparedStatement statement) -> add(statement, ids));
        return orNone(added);
    }

    private Set<String> add(PreparedStatement statement, Collection<String> ids) throws SQLException {
        statement.setString(1, consumerGroup);
        statement.setArray(2, statement.getConnection().createArrayOf("varchar", ids.toArray()));
        statement.executeUpdate();
        Set<String> added = new HashSet<>(ids.size() * 2);
        try (ResultSet keys = statement.getGeneratedKeys()) {
            while (keys.next()) {
                added.add(keys.getString(1));
            }
        }
        return added;
    }

    /**
     * Removes ids that were counted longer ago than the window, the oldest first. Waits for nobody.
     *
     * @param limit most ids to remove
     * @return how many were removed
     */
    int purge(JdbcOperations jdbc, Dialect dialect, Duration window, int limit) {
        return jdbc.update(dialect.purgeIds(), consumerGroup, window.toMillis(), limit);
    }

    private static Set<String> orNone(@Nullable Set<String> ids) {
        return ids == null ? Set.of() : ids;
    }
}
