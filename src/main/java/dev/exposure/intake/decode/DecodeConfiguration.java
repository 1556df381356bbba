package dev.exposure.intake.decode;

import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the decoder to the format that is configured. */
@AutoConfiguration
@EnableConfigurationProperties(FormatProperties.class)
class DecodeConfiguration {

    @Bean
    ExposureDecoder exposureDecoder(FormatProperties properties, Clock clock) {
        return new ExposureDecoder(properties, clock);
    }
}
