package dev.exposure.intake.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.exposure.intake.partition.ConsumerGroup;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.annotation.Bean;

/**
 * Provides the sink, unless a team provides its own. An auto-configuration, because only those are evaluated after
 * every bean of the application, so that a team's own sink is seen wherever it is declared.
 */
@AutoConfiguration
@EnableConfigurationProperties({DeliveryProperties.class, DedupeProperties.class})
class DeliveryConfiguration {

    @Bean
    @ConditionalOnMissingBean(Delivery.class)
    JdbcDelivery exposureSink(
            DeliveryProperties properties,
            DedupeProperties dedupe,
            DataSource dataSource,
            ObjectProvider<Flyway> flyway,
            ConsumerGroup group) {
        properties.requireAvailable();
        Migrations migrations = new Migrations(flyway.getIfAvailable());
        return new JdbcDelivery(dataSource, url(dataSource), group.id(), migrations, dedupe.window());
    }

    /** URL that the pool connects to; empty for a data source of another kind, which a team chose for a reason. */
    private static String url(DataSource dataSource) {
        HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class);
        return pool == null || pool.getJdbcUrl() == null ? "" : pool.getJdbcUrl();
    }

    /** Keeps Spring Boot from migrating at start, when the database may be down; {@link JdbcDelivery#prepare()} does it. */
    @Bean
    @ConditionalOnMissingBean
    FlywayMigrationStrategy migrationStrategy() {
        return flyway -> {};
    }
}
