package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.delivery.CountProperties;
import dev.exposure.intake.delivery.DedupeProperties;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryProperties;
import dev.exposure.intake.delivery.OnDelivery;
import dev.exposure.intake.delivery.ProcessorProperties;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.process.ExposureProcessor;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.transaction.KafkaAwareTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Provides the delivery; an auto-configuration, because only those are evaluated after every bean of the application. */
@AutoConfiguration
@Conditional(OnDelivery.Jdbc.class)
@EnableConfigurationProperties({
    DeliveryProperties.class,
    ProcessorProperties.class,
    DedupeProperties.class,
    CountProperties.class
})
class JdbcDeliveryConfiguration {

    /** Before any bean is made, because Spring Boot would use the URL for the data source first. */
    @Bean
    static BeanFactoryPostProcessor intakeDatabaseUrlCheck(Environment environment) {
        return beans -> DatabaseUrl.check(environment);
    }

    @Bean
    @ConditionalOnMissingBean(Delivery.class)
    JdbcDelivery intakeDelivery(
            DeliveryProperties properties, // injected so that its type is validated
            ProcessorProperties limits,
            DedupeProperties dedupe,
            CountProperties counts,
            DataSource dataSource,
            ObjectProvider<PlatformTransactionManager> managers,
            ExposureProcessor processor,
            ObjectProvider<Flyway> flyway,
            ConsumerGroup group,
            Outages outages) {
        return new JdbcDelivery(
                dataSource,
                transactionManager(managers.getIfUnique(), dataSource),
                processor,
                group.id(),
                new Migrations(flyway.getIfAvailable()),
                dedupe.window(),
                counts.retention(),
                limits.timeout(),
                outages);
    }

    /** The application's, so that its writes join; a new one if the application's only one is that of a Kafka producer. */
    private static PlatformTransactionManager transactionManager(
            @Nullable PlatformTransactionManager applications, DataSource dataSource) {
        return applications == null || applications instanceof KafkaAwareTransactionManager
                ? new JdbcTransactionManager(dataSource)
                : applications;
    }

    /**
     * Makes Spring Boot migrate at the start only if the application has its own migrations. The delivery runs its
     * migrations in {@link JdbcDelivery#prepare()}, because the database may be down when the application starts.
     */
    @Bean
    @ConditionalOnMissingBean
    FlywayMigrationStrategy migrationStrategy(ResourcePatternResolver resources) {
        return flyway -> {
            if (Migrations.areThereOthers(flyway, resources)) {
                flyway.migrate();
            }
        };
    }
}
