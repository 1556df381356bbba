package dev.exposure.comparison;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Decodes a poll with Jackson, counts it, and writes counts and positions in one transaction. */
@Component
@Profile("backlog")
class CountingListener {

    private static final String SCHEMA = """
            CREATE TABLE IF NOT EXISTS exposure_count (minute timestamptz NOT NULL, campaign_id varchar NOT NULL,
              ad_id varchar NOT NULL, slot_id varchar NOT NULL, exposures bigint NOT NULL, price_micros numeric(38) NOT NULL,
              PRIMARY KEY (minute, campaign_id, ad_id, slot_id));
            CREATE TABLE IF NOT EXISTS partition_position (consumer_group varchar NOT NULL, topic varchar NOT NULL,
              partition integer NOT NULL, next_offset bigint NOT NULL, PRIMARY KEY (consumer_group, topic, partition))""";

    private static final String ADD = """
            INSERT INTO exposure_count AS c
            SELECT * FROM unnest(?::timestamptz[], ?::varchar[], ?::varchar[], ?::varchar[], ?::bigint[], ?::bigint[])
            ON CONFLICT (minute, campaign_id, ad_id, slot_id) DO UPDATE SET
            exposures = c.exposures + excluded.exposures, price_micros = c.price_micros + excluded.price_micros""";

    private static final String MOVE = """
            INSERT INTO partition_position VALUES (?, ?, ?, ?)
            ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET next_offset = excluded.next_offset""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String group;
    private final ObjectReader events;
    private final ObjectReader lines;

    CountingListener(
            DataSource database,
            TransactionTemplate transaction,
            JsonMapper mapper,
            @Value("${spring.kafka.consumer.group-id}") String group) {
        this.jdbc = new JdbcTemplate(database);
        this.transaction = transaction;
        this.group = group;
        this.events = mapper.readerFor(Event.class);
        this.lines = mapper.readerFor(Line.class);
        jdbc.execute(SCHEMA);
    }

    @KafkaListener(topics = "${comparison.topic}", batch = "true")
    void on(List<ConsumerRecord<String, byte[]>> poll) {
        transaction.executeWithoutResult(status -> count(poll));
    }

    private void count(List<ConsumerRecord<String, byte[]>> poll) {
        Map<Integer, Long> next = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> delivered : poll) {
            next.merge(delivered.partition(), delivered.offset() + 1, Long::max);
        }
        String topic = poll.get(0).topic();
        Map<Integer, Long> stored = new TreeMap<>();
        next.keySet()
                .forEach(partition -> jdbc.query(
                        "SELECT next_offset FROM partition_position WHERE consumer_group = ? AND topic = ? AND partition = ? FOR UPDATE",
                        (ResultSet row) -> { // a block, or it would be taken for an extractor, which is called before the first row
                            stored.put(partition, row.getLong(1));
                        },
                        group,
                        topic,
                        partition));
        Map<Key, long[]> counts = new TreeMap<>(Key.ORDER);
        for (ConsumerRecord<String, byte[]> delivered : poll) {
            if (delivered.offset() >= stored.getOrDefault(delivered.partition(), 0L)) {
                add(delivered.value(), counts);
            }
        }
        jdbc.execute((Connection connection) -> write(connection, counts));
        next.forEach((partition, offset) -> jdbc.update(MOVE, group, topic, partition, offset));
    }

    private void add(byte[] value, Map<Key, long[]> counts) {
        Event event = events.readValue(value);
        Line line = lines.readValue(event.message());
        if (line.exposureId().isEmpty() || line.adId().isEmpty() || line.exposedAt() < 946684800000L || line.priceMicros() < 0) {
            throw new IllegalArgumentException("no exposure");
        }
        if (!Boolean.TRUE.equals(line.test())) { // absent in most lines
            long[] sum = counts.computeIfAbsent(
                    new Key(line.exposedAt() / 60000, String.valueOf(line.campaignId()), line.adId(), line.slotId()),
                    key -> new long[2]);
            sum[0]++;
            sum[1] += line.priceMicros();
        }
    }

    private static Void write(Connection connection, Map<Key, long[]> counts) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            List<Key> keys = List.copyOf(counts.keySet());
            add.setArray(1, connection.createArrayOf("timestamptz", keys.stream()
                    .map(key -> new Timestamp(key.minute() * 60000))
                    .toArray()));
            add.setArray(2, connection.createArrayOf("varchar", keys.stream().map(Key::campaign).toArray()));
            add.setArray(3, connection.createArrayOf("varchar", keys.stream().map(Key::ad).toArray()));
            add.setArray(4, connection.createArrayOf("varchar", keys.stream().map(Key::slot).toArray()));
            add.setArray(5, connection.createArrayOf("bigint", counts.values().stream().map(sum -> sum[0]).toArray()));
            add.setArray(6, connection.createArrayOf("bigint", counts.values().stream().map(sum -> sum[1]).toArray()));
            add.executeUpdate();
        }
        return null;
    }

    record Key(long minute, String campaign, String ad, String slot) {

        /** Always the same order, so that two threads never wait for each other in a circle. */
        static final Comparator<Key> ORDER = Comparator.comparingLong(Key::minute)
                .thenComparing(Key::campaign)
                .thenComparing(Key::ad)
                .thenComparing(Key::slot);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Event(String message) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Line(
            @JsonProperty("exposure_id") String exposureId,
            @JsonProperty("ad_id") String adId,
            @JsonProperty("campaign_id") long campaignId,
            @JsonProperty("slot_id") String slotId,
            @JsonProperty("exposed_at") long exposedAt,
            @JsonProperty("price_micros") long priceMicros,
            Boolean test) {}
}
