package dev.exposure.intake.delivery;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * What differs between the databases that are supported.
 *
 * <p>Counts travel as one array a column, whatever their number: one statement, one round trip, one plan. Minutes
 * travel as text with their offset, which no time zone of session, driver or server can shift.
 */
public enum Dialect {
    H2("H2", """
            MERGE INTO exposure_count c
            USING unnest(CAST(? AS timestamp with time zone ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY),
                CAST(? AS varchar ARRAY), CAST(? AS bigint ARRAY), CAST(? AS numeric(38) ARRAY))
                AS n(at, campaign_id, ad_id, slot_id, exposures, price_micros)
            ON c."MINUTE" = n.at AND c.campaign_id = n.campaign_id AND c.ad_id = n.ad_id AND c.slot_id = n.slot_id
            WHEN MATCHED THEN UPDATE SET
                exposures = c.exposures + n.exposures, price_micros = c.price_micros + n.price_micros
            WHEN NOT MATCHED THEN INSERT ("MINUTE", campaign_id, ad_id, slot_id, exposures, price_micros)
                VALUES (n.at, n.campaign_id, n.ad_id, n.slot_id, n.exposures, n.price_micros)
            """, """
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
            """),

    POSTGRESQL("PostgreSQL", """
            INSERT INTO exposure_count AS c (minute, campaign_id, ad_id, slot_id, exposures, price_micros)
            SELECT * FROM unnest(CAST(? AS timestamptz ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY),
                CAST(? AS varchar ARRAY), CAST(? AS bigint ARRAY), CAST(? AS numeric ARRAY))
            ON CONFLICT (minute, campaign_id, ad_id, slot_id) DO UPDATE SET
                exposures = c.exposures + excluded.exposures, price_micros = c.price_micros + excluded.price_micros
            """, """
            INSERT INTO counted_exposure (consumer_group, exposure_id, counted_at)
            SELECT ?, i.exposure_id, CURRENT_TIMESTAMP FROM unnest(CAST(? AS varchar ARRAY)) AS i(exposure_id)
            ON CONFLICT (consumer_group, exposure_id) DO NOTHING
            """, """
            DELETE FROM counted_exposure WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM counted_exposure
                WHERE consumer_group = ? AND counted_at < CURRENT_TIMESTAMP - ? * INTERVAL '1 millisecond'
                ORDER BY counted_at LIMIT ? FOR UPDATE SKIP LOCKED))
            """);

    private final String productName;
    private final String addCounts;
    private final String addIds;
    private final String purgeIds;

    Dialect(String productName, String addCounts, String addIds, String purgeIds) {
        this.productName = productName;
        this.addCounts = addCounts;
        this.addIds = addIds;
        this.purgeIds = purgeIds;
    }

    /** Dialect of the database that calls itself so. */
    static Dialect of(String productName) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.productName.equals(productName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("spring.datasource.url leads to " + productName
                        + ", which intake.sink.type=jdbc can't use; it works with "
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
     * Has the server end the transaction when nothing more is heard of this client for so long, because a process that is
     * frozen, or whose machine is gone, would else keep its locks, and the partitions' next owner waiting, without limit.
     * (H2 runs in this process and goes with it.)
     */
    void limitSilence(JdbcOperations jdbc, Duration limit) {
        if (this == POSTGRESQL) {
            jdbc.execute("SET LOCAL idle_in_transaction_session_timeout = " + limit.toMillis());
        }
    }

    /** Statement that adds counts to those stored; its parameters are arrays, one for each column of the table. */
    public String addCounts() {
        return addCounts;
    }

    /**
     * Statement that adds those of the ids that are not stored, in the order given; its parameters are the consumer group
     * and the array of ids.
     */
    String addIds() {
        return addIds;
    }

    /** Statement that removes old ids; its parameters are the consumer group, the age in milliseconds and the most rows. */
    String purgeIds() {
        return purgeIds;
    }
}
