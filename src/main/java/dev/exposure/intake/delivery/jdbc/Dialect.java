package dev.exposure.intake.delivery.jdbc;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcOperations;

/** What differs between the databases that are supported. */
enum Dialect {
    H2("H2", """
            MERGE INTO counted_exposure c
            USING (SELECT CAST(? AS varchar) AS consumer_group, i.exposure_id
                FROM unnest(CAST(? AS varchar ARRAY)) AS i(exposure_id)) AS n
            ON c.consumer_group = n.consumer_group AND c.exposure_id = n.exposure_id
            WHEN NOT MATCHED THEN INSERT (consumer_group, exposure_id, counted_at)
                VALUES (n.consumer_group, n.exposure_id, CURRENT_TIMESTAMP)
            """, """
            DELETE FROM counted_exposure
            WHERE consumer_group = ? AND counted_at < DATEADD(MILLISECOND, -CAST(? AS bigint), CURRENT_TIMESTAMP)
            FETCH FIRST ? ROWS ONLY
            """, """
            SELECT COUNT(*), COALESCE(SUM(exposures), 0) FROM OLD TABLE (
                DELETE FROM exposure_count
                WHERE "MINUTE" < DATEADD(MILLISECOND, -CAST(? AS bigint), CURRENT_TIMESTAMP)
                FETCH FIRST ? ROWS ONLY)
            """),

    POSTGRESQL("PostgreSQL", """
            INSERT INTO counted_exposure (consumer_group, exposure_id, counted_at)
            SELECT ?, i.exposure_id, CURRENT_TIMESTAMP FROM unnest(CAST(? AS varchar ARRAY)) AS i(exposure_id)
            ON CONFLICT (consumer_group, exposure_id) DO NOTHING
            """, """
            DELETE FROM counted_exposure WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM counted_exposure
                WHERE consumer_group = ? AND counted_at < CURRENT_TIMESTAMP - ? * INTERVAL '1 millisecond'
                ORDER BY counted_at LIMIT ? FOR UPDATE SKIP LOCKED))
            """, """
            WITH gone AS (
                DELETE FROM exposure_count WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM exposure_count
                    WHERE minute < CURRENT_TIMESTAMP - ? * INTERVAL '1 millisecond'
                    ORDER BY minute LIMIT ? FOR UPDATE SKIP LOCKED))
                RETURNING exposures)
            SELECT COUNT(*), COALESCE(SUM(exposures), 0) FROM gone
            """);

    private final String productName;
    private final String addIds;
    private final String purgeIds;
    private final String purgeCounts;

    Dialect(String productName, String addIds, String purgeIds, String purgeCounts) {
        this.productName = productName;
        this.addIds = addIds;
        this.purgeIds = purgeIds;
        this.purgeCounts = purgeCounts;
    }

    /** Dialect of the database with this product name. */
    static Dialect of(String productName) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.productName.equals(productName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("spring.datasource.url leads to " + productName
                        + ", which intake.delivery.type=jdbc can't use; it works with "
                        + Arrays.stream(values()).map(d -> d.productName).collect(Collectors.joining(" and "))));
    }

    /** Whether an H2 URL leads to a database within this process, which no other process can use at the same time. */
    static boolean isEmbedded(String url) {
        String text = url.toLowerCase(Locale.ROOT);
        return text.startsWith("jdbc:h2:")
                && !text.startsWith("jdbc:h2:tcp:")
                && !text.startsWith("jdbc:h2:ssl:")
                && !text.contains(";auto_server=true");
    }

    /** Name of the folder that holds the migrations. */
    String vendor() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Prepares a transaction that has just begun. PostgreSQL ends it when this client is silent for so long. Otherwise a
     * process that is frozen, or whose machine is gone, would keep its locks, and the partitions' next owner would wait
     * without limit. (H2 runs in this process and ends with it.)
     */
    void begin(JdbcOperations jdbc, Duration limit) {
        if (this == POSTGRESQL) {
            jdbc.execute("SET LOCAL idle_in_transaction_session_timeout = " + limit.toMillis());
        }
    }

    /**
     * Statement that adds the ids that are not stored yet, in the order given; its parameters are the consumer group and
     * the array of ids.
     */
    String addIds() {
        return addIds;
    }

    /** Statement that removes old ids; its parameters are the consumer group, the age in milliseconds and the row limit. */
    String purgeIds() {
        return purgeIds;
    }

    /**
     * Statement that removes old counts, and returns the number of rows and the sum of their exposures; its parameters are
     * the age in milliseconds and the row limit.
     */
    String purgeCounts() {
        return purgeCounts;
    }
}
