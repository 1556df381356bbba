package dev.exposure.intake.count;

import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * The table {@code exposure_count}.
 *
 * <p>Counts are sent as one array for each column, whatever their number: one statement, one round trip, one plan.
 * Minutes are sent as text with their offset, so that no time zone of session, driver or server can shift them.
 */
final class CountTable {

    private static final String H2 = """
            MERGE INTO exposure_count c
            USING unnest(CAST(? AS timestamp with time zone ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY),
                CAST(? AS varchar ARRAY), CAST(? AS bigint ARRAY), CAST(? AS numeric(38) ARRAY))
                AS n(at, campaign_id, ad_id, slot_id, exposures, price_micros)
            ON c."MINUTE" = n.at AND c.campaign_id = n.campaign_id AND c.ad_id = n.ad_id AND c.slot_id = n.slot_id
            WHEN MATCHED THEN UPDATE SET
                exposures = c.exposures + n.exposures, price_micros = c.price_micros + n.price_micros
            WHEN NOT MATCHED THEN INSERT ("MINUTE", campaign_id, ad_id, slot_id, exposures, price_micros)
                VALUES (n.at, n.campaign_id, n.ad_id, n.slot_id, n.exposures, n.price_micros)
            """;

    private static final String POSTGRESQL = """
            INSERT INTO exposure_count AS c (minute, campaign_id, ad_id, slot_id, exposures, price_micros)
            SELECT * FROM unnest(CAST(? AS timestamptz ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY),
                CAST(? AS varchar ARRAY), CAST(? AS bigint ARRAY), CAST(? AS numeric ARRAY))
            ON CONFLICT (minute, campaign_id, ad_id, slot_id) DO UPDATE SET
                exposures = c.exposures + excluded.exposures, price_micros = c.price_micros + excluded.price_micros
            """;

    private final JdbcOperations jdbc;
    private volatile @Nullable String statement;

    CountTable(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds to the stored counts, row by row in the order of the keys, as every writer does. */
    void add(SortedMap<CountKey, Tally> counts) {
        jdbc.update(
                statement(),
                column(counts, "varchar", count -> count.getKey().minute().toString()),
                column(counts, "varchar", count -> count.getKey().campaignId()),
                column(counts, "varchar", count -> count.getKey().adId()),
                column(counts, "varchar", count -> count.getKey().slotId()),
                column(counts, "bigint", count -> count.getValue().exposures()),
                column(counts, "numeric", count -> count.getValue().priceMicros()));
    }

    private String statement() {
        String known = statement;
        if (known == null) {
            ConnectionCallback<String> product =
                    connection -> connection.getMetaData().getDatabaseProductName();
            known = "H2".equals(jdbc.execute(product)) ? H2 : POSTGRESQL;
            statement = known;
        }
        return known;
    }

    private static SqlArrayValue column(
            SortedMap<CountKey, Tally> counts, String type, Function<Map.Entry<CountKey, Tally>, Object> value) {
        return new SqlArrayValue(type, counts.entrySet().stream().map(value).toArray());
    }
}
