package dev.exposure.intake.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.count.CountingProcessor;
import dev.exposure.intake.process.ExposureProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ProcessConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(Delivery.class, RecordingDelivery::new)
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withConfiguration(AutoConfigurations.of(ProcessConfiguration.class));

    @Test
    void exposuresAreCountedWhenTeamProvidesNothing() {
        runner.run(context ->
                assertThat(context).hasSingleBean(ExposureProcessor.class).hasSingleBean(CountingProcessor.class));
    }

    @Test
    void teamsOwnProcessorIsUsedWhenProvided() {
        ExposureProcessor own = poll -> RecordingDelivery.RESULT;

        runner.withBean(ExposureProcessor.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(ExposureProcessor.class).isSameAs(own));
    }

    @Test
    void configurationIsEvaluatedAfterTeamsBeansWhenApplicationStarts() {
        assertThat(ImportCandidates.load(AutoConfiguration.class, null))
                .contains(
                        "dev.exposure.intake.delivery.ProcessConfiguration",
                        "dev.exposure.intake.delivery.DeliveryConfiguration");
    }
}
