package dev.exposure.intake.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.sink.ExposureSink;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ProcessConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(ExposureSink.class, RecordingSink::new)
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withConfiguration(AutoConfigurations.of(ProcessConfiguration.class));

    @Test
    void exposuresAreCountedWhenTeamProvidesNothing() {
        runner.run(context ->
                assertThat(context).hasSingleBean(ExposureProcessor.class).hasSingleBean(CountingProcessor.class));
    }

    @Test
    void teamsOwnProcessorIsUsedWhenProvided() {
        ExposureProcessor own = poll -> RecordingSink.RESULT;

        runner.withBean(ExposureProcessor.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(ExposureProcessor.class).isSameAs(own));
    }

    @Test
    void configurationIsEvaluatedAfterTeamsBeansWhenApplicationStarts() {
        assertThat(ImportCandidates.load(AutoConfiguration.class, null))
                .contains(
                        "dev.exposure.intake.process.ProcessConfiguration",
                        "dev.exposure.intake.sink.SinkConfiguration");
    }
}
