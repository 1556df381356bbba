package dev.exposure.intake.count;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.process.DatabaseProcessor;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts exposures by minute, campaign, ad and slot, in the table {@code exposure_count} of the application's database. */
public final class CountingProcessor implements DatabaseProcessor {

    private final CountTable table;

    public CountingProcessor(DataSource dataSource) {
        this.table = new CountTable(new JdbcTemplate(dataSource));
    }

    @Override
    public void process(List<Exposure> exposures) {
        table.add(Tallies.of(exposures));
    }
}
