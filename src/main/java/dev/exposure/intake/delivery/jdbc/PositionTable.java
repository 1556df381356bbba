package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Outcomes;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Passage;
import dev.exposure.intake.partition.Position;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * The table {@code partition_position}, as one consumer group sees it. A leader epoch counts only with the offset that it
 * was stored with: somebody who moves {@code next_offset} by hand can't know the epoch of the record before it.
 */
final class PositionTable {

    private static final String COLUMNS = """
            SELECT p.topic, p.partition, p.cluster_id, p.topic_id, p.next_offset,
                CASE WHEN p.epoch_offset <> p.next_offset THEN -1 ELSE p.leader_epoch END AS leader_epoch
            """;

    // The last row of a partition counts: the current cluster's, or else that of the cluster that was read last.
    private static final String READ = COLUMNS + """
            FROM unnest(CAST(? AS varchar ARRAY)) AS wanted(topic)
            JOIN partition_position p ON p.topic = wanted.topic
            WHERE p.consumer_group = ?
            ORDER BY CASE WHEN p.cluster_id = ? THEN 1 ELSE 0 END, p.updated_at
            """;

    // Rows are locked in sorted order, so that writers of the same partitions wait and don't deadlock.
    private static final String LOCK = COLUMNS + """
            FROM unnest(CAST(? AS varchar ARRAY), CAST(? AS integer ARRAY), CAST(? AS varchar ARRAY))
                AS wanted(topic, partition, cluster_id)
            JOIN partition_position p ON p.topic = wanted.topic AND p.partition = wanted.partition
                AND p.cluster_id = wanted.cluster_id
            WHERE p.consumer_group = ?
            ORDER BY p.topic, p.partition FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO partition_position
                (topic_id, next_offset, leader_epoch, epoch_offset, updated_at,
                processed, duplicate, test, dead_letter, lost, no_record,
                consumer_group, cluster_id, topic, partition,
                account_from, account_since, processed_before, off_before)
            VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP, 0, 0)
            """;

    private static final String UPDATE = """
            UPDATE partition_position
            SET topic_id = ?, next_offset = ?, leader_epoch = ?, epoch_offset = ?, updated_at = CURRENT_TIMESTAMP,
                processed = processed + ?, duplicate = duplicate + ?, test = test + ?, dead_letter = dead_letter + ?,
                lost = lost + ?, no_record = no_record + ?
            WHERE consumer_group = ? AND cluster_id = ? AND topic = ? AND partition = ?
            """;

    private static final String CLOSE_ACCOUNT = """
            UPDATE partition_position
            SET off_before = off_before + next_offset - account_from
                    - (processed + duplicate + test + dead_letter + lost + no_record),
                processed_before = processed_before + processed,
                processed = 0, duplicate = 0, test = 0, dead_letter = 0, lost = 0, no_record = 0,
                account_from = ?, account_since = CURRENT_TIMESTAMP
            WHERE consumer_group = ? AND cluster_id = ? AND topic = ? AND partition = ?
            """;

    private static final String OTHER_GROUPS = """
            SELECT DISTINCT p.consumer_group, p.topic
            FROM unnest(CAST(? AS varchar ARRAY)) AS wanted(topic)
            JOIN partition_position p ON p.topic = wanted.topic
            WHERE p.cluster_id = ? AND p.consumer_group <> ?
            """;

    /** Number of the last parameter of the key in {@link #INSERT}. */
    private static final int KEY_END = 14;

    private final String consumerGroup;

    PositionTable(String consumerGroup) {
        this.consumerGroup = consumerGroup;
    }

    /** Reads positions of the cluster; a partition without one there gets that of the cluster read last. */
    Map<PartitionId, Position> read(JdbcOperations jdbc, String clusterId, Collection<PartitionId> partitions) {
        Set<String> topics = partitions.stream().map(PartitionId::topic).collect(Collectors.toSet());
        Map<PartitionId, Position> found = new HashMap<>();
        jdbc.query(
                READ,
                (RowCallbackHandler) row -> found.put(partition(row), position(row)),
                array("varchar", topics, topic -> topic),
                consumerGroup,
                clusterId);
        found.keySet().retainAll(Set.copyOf(partitions));
        return found;
    }

    /**
     * Reads positions of the logs' clusters, and keeps other writers from these partitions until the transaction ends.
     *
     * @param logs log that each partition is read from
     */
    Map<PartitionId, Position> lock(JdbcOperations jdbc, SortedMap<PartitionId, LogId> logs) {
        Map<PartitionId, Position> found = new HashMap<>();
        jdbc.query(
                LOCK,
                (RowCallbackHandler) row -> found.put(partition(row), position(row)),
                array("varchar", logs.keySet(), PartitionId::topic),
                array("integer", logs.keySet(), PartitionId::partition),
                array("varchar", logs.values(), LogId::clusterId),
                consumerGroup);
        return found;
    }

    /**
     * Stores positions, each with what became of the offsets that it has passed.
     *
     * @param locked positions whose rows the transaction has locked; if another writer inserts a row meanwhile, the
     *     transaction fails and starts over
     */
    void store(JdbcOperations jdbc, SortedMap<PartitionId, Passage> moved, Map<PartitionId, Position> locked) {
        List<PartitionId> known =
                moved.keySet().stream().filter(locked::containsKey).toList();
        List<PartitionId> anew = known.stream()
                .filter(id -> Objects.requireNonNull(moved.get(id)).isNewAccount())
                .toList();
        batch(jdbc, CLOSE_ACCOUNT, anew, moved, (statement, passage) -> {
            statement.setLong(1, passage.from());
            return 1;
        });
        batch(jdbc, UPDATE, known, moved, PositionTable::setMove);
        batch(
                jdbc,
                INSERT,
                moved.keySet().stream().filter(id -> !locked.containsKey(id)).toList(),
                moved,
                (statement, passage) -> {
                    statement.setLong(KEY_END + 1, passage.from());
                    return setMove(statement, passage);
                });
    }

    /**
     * Makes sure that no other group has positions of the topics in the cluster.
     *
     * @throws OtherGroupException when one has
     */
    void requireSoleGroup(JdbcOperations jdbc, String clusterId, Collection<String> topics) {
        Set<String> groups = new TreeSet<>();
        Set<String> shared = new TreeSet<>();
        jdbc.query(
                OTHER_GROUPS,
                (RowCallbackHandler) row -> {
                    groups.add(row.getString(1));
                    shared.add(row.getString(2));
                },
                array("varchar", topics, topic -> topic),
                clusterId,
                consumerGroup);
        if (!groups.isEmpty()) {
            throw new OtherGroupException(consumerGroup, groups, shared);
        }
    }

    private static PartitionId partition(ResultSet row) throws SQLException {
        return new PartitionId(row.getString("topic"), row.getInt("partition"));
    }

    private static Position position(ResultSet row) throws SQLException {
        return new Position(
                new LogId(row.getString("cluster_id"), row.getString("topic_id")),
                row.getLong("next_offset"),
                row.getInt("leader_epoch"));
    }

    private static <T> SqlArrayValue array(String type, Collection<T> values, Function<T, Object> column) {
        return new SqlArrayValue(type, values.stream().map(column).toArray());
    }

    /** Sets the first parameters of a statement, and returns how many they are. */
    private interface Setter {
        int set(PreparedStatement statement, Passage passage) throws SQLException;
    }

    private static int setMove(PreparedStatement statement, Passage passage) throws SQLException {
        Position position = passage.to();
        Outcomes outcomes = passage.outcomes();
        statement.setString(1, position.log().topicId());
        statement.setLong(2, position.nextOffset());
        statement.setInt(3, position.leaderEpoch());
        statement.setLong(4, position.nextOffset());
        statement.setLong(5, outcomes.processed());
        statement.setLong(6, outcomes.duplicate());
        statement.setLong(7, outcomes.test());
        statement.setLong(8, outcomes.deadLetter());
        statement.setLong(9, outcomes.lost());
        statement.setLong(10, outcomes.noRecord());
        return 10;
    }

    private void batch(
            JdbcOperations jdbc,
            String sql,
            List<PartitionId> partitions,
            SortedMap<PartitionId, Passage> moved,
            Setter setter) {
        if (partitions.isEmpty()) {
            return;
        }
        jdbc.batchUpdate(sql, partitions, partitions.size(), (statement, id) -> {
            Passage passage = Objects.requireNonNull(moved.get(id));
            int set = setter.set(statement, passage);
            statement.setString(set + 1, consumerGroup);
            statement.setString(set + 2, passage.to().log().clusterId());
            statement.setString(set + 3, id.topic());
            statement.setInt(set + 4, id.partition());
        });
    }
}
