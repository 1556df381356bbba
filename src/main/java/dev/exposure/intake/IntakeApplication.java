package dev.exposure.intake;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Takes ad-exposure lines from Kafka and counts each exactly once. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class IntakeApplication {

    /** Starts the service; arguments are Spring properties such as {@code --intake.topics=ad-exposure}. */
    public static void main(String[] args) {
        SpringApplication.run(IntakeApplication.class, args);
    }
}
