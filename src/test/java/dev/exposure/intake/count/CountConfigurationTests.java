package dev.exposure.intake.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.process.ExposureProcessor;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class CountConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(DataSource.class, DriverManagerDataSource::new)
            .withConfiguration(AutoConfigurations.of(CountConfiguration.class));

    @Test
    void exposuresAreCountedWhenTeamProvidesNothing() {
        runner.run(context ->
                assertThat(context).hasSingleBean(ExposureProcessor.class).hasSingleBean(CountingProcessor.class));
    }

    @Test
    void teamsOwnProcessorIsUsedWhenProvided() {
        ExposureProcessor own = exposures -> {};

        runner.withBean(ExposureProcessor.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(ExposureProcessor.class).isSameAs(own));
    }

    @Test
    void configurationIsEvaluatedAfterTeamsBeansWhenApplicationStarts() {
        assertThat(ImportCandidates.load(AutoConfiguration.class, null))
                .contains(
                        "dev.exposure.intake.count.CountConfiguration",
                        "dev.exposure.intake.delivery.jdbc.JdbcDeliveryConfiguration");
    }
}
