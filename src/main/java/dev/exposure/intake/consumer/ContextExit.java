package dev.exposure.intake.consumer;

import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;

/** Closes the application and ends the process, even if closing hangs or fails, for lack of memory for instance. */
final class ContextExit implements ProcessExit {

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(60);

    private final ApplicationContext context;

    ContextExit(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void exit(int code) {
        Thread closing = new Thread(() -> System.exit(SpringApplication.exit(context, () -> code)), "intake-exit");
        Thread limit = new Thread(() -> end(closing, code), "intake-exit-limit");
        limit.setDaemon(true);
        limit.start();
        closing.start();
    }

    private static void end(Thread closing, int code) {
        try {
            closing.join(LONGEST_CLOSE.toMillis());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code);
    }
}
