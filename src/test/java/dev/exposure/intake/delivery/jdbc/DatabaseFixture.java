package dev.exposure.intake.delivery.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.count.CountingProcessor;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.process.ExposureProcessor;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A database of a test, and what the test wants to know about it. */
final class DatabaseFixture implements AutoCloseable {

    static final String GROUP = "exposure-intake";
    static final Duration LIMIT = Duration.ofSeconds(12);

    private final HikariDataSource dataSource;
    private final JdbcTemplate jdbc;
    final Outages outages = new Outages(new EventLog(Clock.systemUTC()), Clock.systemUTC());
    private final List<JdbcDelivery> sinks = new ArrayList<>();

    DatabaseFixture(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(url.startsWith("jdbc:h2") ? "sa" : "postgres");
        config.setPassword("");
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        this.dataSource = new HikariDataSource(config);
        this.jdbc = new JdbcTemplate(dataSource);
    }

    JdbcDelivery sink() {
        return sink(GROUP);
    }

    JdbcDelivery sink(String consumerGroup) {
        return sink(consumerGroup, Duration.ZERO);
    }

    JdbcDelivery sink(Duration window) {
        return sink(GROUP, window);
    }

    /** A sink that tells exposures apart by their ids too, unless the window is zero. */
    JdbcDelivery sink(String consumerGroup, Duration window) {
        return sink(dataSource, consumerGroup, new CountingProcessor(dataSource), window, LIMIT);
    }

    /** A sink with another processor than the counting one. */
    JdbcDelivery sink(ExposureProcessor processor) {
        return sink(dataSource, GROUP, processor, Duration.ZERO, LIMIT);
    }

    /** A sink that counts on another data source or within another limit. */
    JdbcDelivery sink(DataSource other, Duration limit) {
        return sink(other, GROUP, new CountingProcessor(other), Duration.ZERO, limit);
    }

    JdbcDelivery sink(
            DataSource source, String consumerGroup, ExposureProcessor processor, Duration window, Duration limit) {
        return sink(source, consumerGroup, processor, window, Duration.ZERO, limit);
    }

    /** A sink that removes minutes of this age. */
    JdbcDelivery sinkKeeping(Duration retention) {
        return sink(dataSource, GROUP, new CountingProcessor(dataSource), Duration.ZERO, retention, LIMIT);
    }

    private synchronized JdbcDelivery sink(
            DataSource source,
            String consumerGroup,
            ExposureProcessor processor,
            Duration window,
            Duration retention,
            Duration limit) {
        JdbcDelivery sink = new JdbcDelivery(
                source,
                new JdbcTransactionManager(source),
                processor,
                consumerGroup,
                migrations(),
                window,
                retention,
                limit,
                outages);
        sinks.add(sink);
        return sink;
    }

    Migrations migrations() {
        return new Migrations(Flyway.configure().dataSource(dataSource).load());
    }

    HikariDataSource dataSource() {
        return dataSource;
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    /** All counts, as "exposures/price". */
    Map<CountKey, String> counts() {
        Map<CountKey, String> counts = new HashMap<>();
        jdbc.query("SELECT * FROM exposure_count", row -> {
            CountKey key =
                    new CountKey(row.getTimestamp(1).toInstant(), row.getString(2), row.getString(3), row.getString(4));
            counts.put(
                    key,
                    row.getLong(5) + "/" + row.getObject(6, BigDecimal.class).toPlainString());
        });
        return counts;
    }

    long exposures() {
        Long sum = jdbc.queryForObject("SELECT COALESCE(SUM(exposures), 0) FROM exposure_count", Long.class);
        return sum == null ? 0 : sum;
    }

    @Nullable
    Position position(PartitionId partition) {
        return sink().positions(Slices.LOG.clusterId(), Set.of(partition)).get(partition);
    }

    @Override
    public void close() {
        sinks.forEach(JdbcDelivery::close);
        dataSource.close();
    }
}
