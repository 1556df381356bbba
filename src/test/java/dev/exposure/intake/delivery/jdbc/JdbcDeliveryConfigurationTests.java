package dev.exposure.intake.delivery.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.exposure.intake.IntakeDefaults;
import dev.exposure.intake.count.CountConfiguration;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.FakeDelivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/** The wiring, with the defaults of the service. */
class JdbcDeliveryConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withInitializer(context -> IntakeDefaults.addTo(context.getEnvironment()))
            .withBean(ConsumerGroup.class, () -> new ConsumerGroup("team-a"))
            .withBean(Outages.class, () -> new Outages(new EventLog(Clock.systemUTC()), Clock.systemUTC()))
            .withConfiguration(AutoConfigurations.of(
                    JdbcDeliveryConfiguration.class,
                    CountConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceInitializationAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    JdbcClientAutoConfiguration.class,
                    FlywayAutoConfiguration.class));

    @TempDir
    Path folder;

    @Test
    void sinkIsJdbcWhenNothingIsConfigured() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(Delivery.class);
            assertThat(context.getBean(Delivery.class).type()).isEqualTo("jdbc");
        });
    }

    @Test
    void transactionIsTheApplicationsWhenItHasAManagerOfItsOwn() {
        runner.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(folder))
                .withBean(PlatformTransactionManager.class, CountingManager::new)
                .run(context -> {
                    CountingManager manager = context.getBean(CountingManager.class);
                    manager.setDataSource(context.getBean(DataSource.class));
                    context.getBean(Delivery.class).prepare();
                    int before = manager.begun;

                    context.getBean(Delivery.class).deliver(List.of(Slices.slice(1, 1)));

                    assertThat(manager.begun).isGreaterThan(before);
                });
    }

    @Test
    void nothingIsWrittenWhenTheApplicationsManagerDoesNotManageTheDataSource() {
        runner.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(folder))
                .withBean(
                        PlatformTransactionManager.class,
                        () -> new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:other")))
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Delivery.class).prepare())
                        .isInstanceOf(UnmanagedDataSourceException.class)
                        .hasMessageContaining("@Primary"));
    }

    @Test
    void transactionIsOfTheDataSourceWhenTheOnlyManagerIsThatOfAKafkaProducer() {
        runner.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(folder))
                .withBean(
                        PlatformTransactionManager.class,
                        () -> new KafkaTransactionManager<>(new DefaultKafkaProducerFactory<String, String>(
                                Map.of("transactional.id", "own", "bootstrap.servers", "localhost:1"))))
                .run(context -> {
                    context.getBean(Delivery.class).prepare();
                    context.getBean(Delivery.class).deliver(List.of(Slices.slice(1, 1)));

                    assertThat(context.getBean(JdbcTemplate.class)
                                    .queryForObject("SELECT count(*) FROM partition_position", Long.class))
                            .isEqualTo(1);
                });
    }

    /** Manager that counts the transactions that it begins. */
    private static final class CountingManager extends JdbcTransactionManager {

        private static final long serialVersionUID = 1L;

        private int begun;

        @Override
        public void afterPropertiesSet() {
            // Gets its data source later.
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            begun++;
            super.doBegin(transaction, definition);
        }
    }

    @Test
    void databaseIsNotTouchedWhenContextStarts() {
        runner.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Flyway.class);
            assertThat(context.getBean(HikariDataSource.class).getHikariPoolMXBean())
                    .as("pool, made by the first connection")
                    .isNull();
        });
    }

    @Test
    void contextStartsWhenPostgresIsUnreachable() {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://localhost:1/none",
                        "spring.datasource.username=intake",
                        "spring.datasource.password=secret")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(JdbcDelivery.class));
    }

    @Test
    void tablesAreMadeByPrepareWhenDatabaseIsReached() {
        runner.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(folder))
                .run(context -> {
                    assertThat(folder).isEmptyDirectory();

                    context.getBean(Delivery.class).prepare();

                    PartitionId id = new PartitionId("ad-exposure", 0);
                    assertThat(context.getBean(Delivery.class).positions(Slices.LOG.clusterId(), List.of(id)))
                            .isEmpty();
                });
    }

    @Test
    void applicationsOwnMigrationsRunAtStartBesideThoseOfTheService() throws IOException {
        Path migrations = Files.createDirectory(folder.resolve("migrations"));
        Files.writeString(migrations.resolve("V1__campaigns.sql"), "CREATE TABLE campaign (id INTEGER PRIMARY KEY);");

        runner.withPropertyValues(
                        "spring.datasource.url=" + Database.H2.newUrl(folder),
                        "spring.flyway.locations=filesystem:" + migrations)
                .run(context -> {
                    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                    assertThat(jdbc.queryForList("SELECT id FROM campaign")).isEmpty();

                    context.getBean(Delivery.class).prepare();

                    assertThat(jdbc.queryForList("SELECT * FROM exposure_count"))
                            .isEmpty();
                });
    }

    @Test
    void positionsBelongToGroupWhenItIsConfigured() {
        runner.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(folder))
                .run(context -> {
                    Delivery sink = context.getBean(Delivery.class);
                    sink.prepare();
                    sink.deliver(List.of(Slices.slice(1, 1)));

                    assertThat(context.getBean(JdbcTemplate.class)
                                    .queryForList("SELECT consumer_group FROM partition_position", String.class))
                            .containsExactly("team-a");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdcb", ""})
    void startFailsClearlyWhenThereIsNoSuchDelivery(String type) {
        runner.withPropertyValues("intake.delivery.type=" + type)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BindValidationException.class)
                        .hasMessageContaining("must be jdbc or kafka"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "KAFKA"})
    void nothingOfItIsThereWhenTheDeliveryIsThatOfKafka(String type) {
        runner.withPropertyValues("intake.delivery.type=" + type)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Delivery.class));
    }

    @Test
    void teamsOwnSinkIsUsedWhenProvided() {
        runner.withBean(Delivery.class, FakeDelivery::new).run(context -> {
            assertThat(context).hasSingleBean(Delivery.class).doesNotHaveBean(JdbcDelivery.class);
            assertThat(context.getBean(Delivery.class).type()).isEqualTo("fake");
        });
    }
}
