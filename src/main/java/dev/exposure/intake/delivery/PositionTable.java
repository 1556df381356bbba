package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.support.SqlArrayValue;

/** The table {@code partition_position}, as one consumer group sees it. */
final class PositionTable {

    private static final String READ = """
            SELECT p.topic, p.partition, p.cluster_id, p.topic_id, p.next_offset, p.leader_epoch
            FROM unnest(CAST(? AS varchar ARRAY), CAST(? AS integer ARRAY)) AS wanted(topic, partition)
            JOIN partition_position p ON p.topic = wanted.topic AND p.partition = wanted.partition
            WHERE p.consumer_group = ?
            """;

    // Rows are locked as they come out of the sort, so that writers of the same partitions wait and don't deadlock.
    private static final String LOCK = READ + "ORDER BY p.topic, p.partition FOR UPDATE";

    private static final String INSERT = """
            INSERT INTO partition_position
                (cluster_id, topic_id, next_offset, leader_epoch, updated_at, consumer_group, topic, partition)
            VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP, ?, ?, ?)
            """;

    private static final String UPDATE = """
            UPDATE partition_position
            SET cluster_id = ?, topic_id = ?, next_offset = ?, leader_epoch = ?, updated_at = CURRENT_TIMESTAMP
            WHERE consumer_group = ? AND topic = ? AND partition = ?
            """;

    private final String consumerGroup;

    PositionTable(String consumerGroup) {
        this.consumerGroup = consumerGroup;
    }

    Map<PartitionId, Position> read(JdbcOperations jdbc, Collection<PartitionId> partitions) {
        return query(jdbc, READ, partitions);
    }

    /** Reads, and keeps other writers from these partitions until the transaction ends. */
    Map<PartitionId, Position> lock(JdbcOperations jdbc, Collection<PartitionId> partitions) {
        return query(jdbc, LOCK, partitions);
    }

    /**
     * Stores positions.
     *
     * @param known partitions whose row the transaction has locked; a row that another writer inserts meanwhile fails
     *     the transaction, so that it is judged again
     */
    void store(JdbcOperations jdbc, SortedMap<PartitionId, Position> moved, Collection<PartitionId> known) {
        batch(
                jdbc,
                UPDATE,
                moved,
                moved.keySet().stream().filter(known::contains).toList());
        batch(
                jdbc,
                INSERT,
                moved,
                moved.keySet().stream().filter(id -> !known.contains(id)).toList());
    }

    private Map<PartitionId, Position> query(JdbcOperations jdbc, String sql, Collection<PartitionId> partitions) {
        Map<PartitionId, Position> found = new HashMap<>();
        jdbc.query(
                sql,
                row -> {
                    found.put(
                            new PartitionId(row.getString("topic"), row.getInt("partition")),
                            new Position(
                                    new LogId(row.getString("cluster_id"), row.getString("topic_id")),
                                    row.getLong("next_offset"),
                                    row.getInt("leader_epoch")));
                },
                new SqlArrayValue(
                        "varchar", partitions.stream().map(PartitionId::topic).toArray()),
                new SqlArrayValue(
                        "integer",
                        partitions.stream().map(PartitionId::partition).toArray()),
                consumerGroup);
        return found;
    }

    private void batch(
            JdbcOperations jdbc, String sql, Map<PartitionId, Position> moved, List<PartitionId> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        jdbc.batchUpdate(sql, partitions, partitions.size(), (statement, id) -> {
            Position position = Objects.requireNonNull(moved.get(id));
            statement.setString(1, position.log().clusterId());
            statement.setString(2, position.log().topicId());
            statement.setLong(3, position.nextOffset());
            statement.setInt(4, position.leaderEpoch());
            statement.setString(5, consumerGroup);
            statement.setString(6, id.topic());
            statement.setInt(7, id.partition());
        });
    }
}
