package dev.exposure.intake;

import dev.exposure.intake.replay.DeadLetterCommand;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** The service by itself: an application that adds nothing to what the auto-configuration brings. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class IntakeApplication {

    /**
     * Starts the service; arguments are Spring properties such as {@code --intake.topics=ad-exposure}. With
     * {@code dead-letters} as the first argument it runs that command instead and exits.
     */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals(DeadLetterCommand.NAME)) {
            System.exit(DeadLetterCommand.run(List.of(args).subList(1, args.length)));
        }
        SpringApplication.run(IntakeApplication.class, args);
    }
}
