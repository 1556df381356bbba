package dev.exposure.intake.count;

import dev.exposure.intake.process.ExposureProcessor;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Provides the processor unless a team has its own; an auto-configuration is evaluated after the team's beans. */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBean(DataSource.class)
public class CountConfiguration {

    @Bean
    @ConditionalOnMissingBean(ExposureProcessor.class)
    CountingProcessor intakeCountingProcessor(DataSource dataSource) {
        return new CountingProcessor(dataSource);
    }
}
