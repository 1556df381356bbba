package dev.exposure.intake.count;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.process.DatabaseProcessor;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts exposures by minute, campaign, ad and slot, in the table {@code exposure_count} of the application's database. */
public final class CountingProcessor implements DatabaseProcessor {

    private final CountTable table;

    public CountingProcessor(DataSource dataSource) {
        this.table = new CountTable(new JdbcTemplate(dataSource));
    }

    @Override
    public void process(List<Exposure> exposures) {
        table.add(count(exposures));
    }

    /** Counts, in the one order in which every writer locks their rows. */
    static SortedMap<CountKey, Tally> count(List<Exposure> exposures) {
        Map<CountKey, Tally> tallies = new HashMap<>();
        for (Exposure exposure : exposures) {
            tallies.computeIfAbsent(key(exposure), key -> new Tally()).add(exposure.priceMicros());
        }
        return new TreeMap<>(tallies);
    }

    private static CountKey key(Exposure exposure) {
        return new CountKey(
                exposure.exposedAt().truncatedTo(ChronoUnit.MINUTES),
                orEmpty(exposure.campaignId()),
                exposure.adId(),
                orEmpty(exposure.slotId()));
    }

    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }
}
