package dev.exposure.intake.sink;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What differs between the databases that are supported.
 *
 * <p>Counts travel as one array a column, whatever their number: one statement, one round trip, one plan. Minutes
 * travel as text with their offset, which no time zone of session, driver or server can shift.
 */
enum Dialect {
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
            """),

    POSTGRESQL("PostgreSQL", """
            INSERT INTO exposure_count AS c (minute, campaign_id, ad_id, slot_id, exposures, price_micros)
            SELECT * FROM unnest(CAST(? AS timestamptz ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY),
                CAST(? AS varchar ARRAY), CAST(? AS bigint ARRAY), CAST(? AS numeric ARRAY))
            ON CONFLICT (minute, campaign_id, ad_id, slot_id) DO UPDATE SET
                exposures = c.exposures + excluded.exposures, price_micros = c.price_micros + excluded.price_micros
            """);

    private final String productName;
    private final String addCounts;

    Dialect(String productName, String addCounts) {
        this.productName = productName;
        this.addCounts = addCounts;
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

    /** Statement that adds counts to those stored; its parameters are arrays, one for each column of the table. */
    String addCounts() {
        return addCounts;
    }
}
