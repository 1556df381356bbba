package dev.exposure.intake;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** The service by itself: an application that adds nothing to what the auto-configuration brings. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class IntakeApplication {

    /** Starts the service; arguments are Spring properties such as {@code --intake.topics=ad-exposure}. */
    public static void main(String[] args) {
        SpringApplication.run(IntakeApplication.class, args);
    }
}
