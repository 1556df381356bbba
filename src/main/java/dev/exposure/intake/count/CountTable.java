package dev.exposure.intake.count;

import dev.exposure.intake.delivery.Dialect;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.support.SqlArrayValue;

/** The table {@code exposure_count}. */
public final class CountTable {

    private CountTable() {}

    /** Adds to what is stored, row by row in the order of the keys. */
    public static void add(JdbcOperations jdbc, Dialect dialect, SortedMap<CountKey, Tally> counts) {
        if (counts.isEmpty()) {
            return;
        }
        jdbc.update(
                dialect.addCounts(),
                column(counts, "varchar", count -> count.getKey().minute().toString()),
                column(counts, "varchar", count -> count.getKey().campaignId()),
                column(counts, "varchar", count -> count.getKey().adId()),
                column(counts, "varchar", count -> count.getKey().slotId()),
                column(counts, "bigint", count -> count.getValue().exposures()),
                column(counts, "numeric", count -> count.getValue().priceMicros()));
    }

    private static SqlArrayValue column(
            SortedMap<CountKey, Tally> counts, String type, Function<Map.Entry<CountKey, Tally>, Object> value) {
        return new SqlArrayValue(type, counts.entrySet().stream().map(value).toArray());
    }
}
