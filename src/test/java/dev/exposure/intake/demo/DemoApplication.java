package dev.exposure.intake.demo;

import dev.exposure.intake.IntakeApplication;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Exit;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * Shows in one process what the service is for: a topic grows under load, its writers use the new partitions at once, and
 * nothing is lost. Ends on Ctrl-C, or by itself with {@code --demo.seconds=60}; its exit code is 1 if the balance of what
 * was written and counted does not come out.
 */
public final class DemoApplication {

    private static final String TOPIC = "ad-exposure";
    private static final String OPERATOR = "demo";
    private static final int PARTITIONS = 3;
    private static final int GROWN_PARTITIONS = 6;
    private static final int PER_SECOND = 2_000;
    private static final int SPIKE_PER_SECOND = 6_000;
    private static final Duration GROWS_AFTER = Duration.ofSeconds(20);
    private static final Duration SPIKE_LASTS = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final Instant start = Instant.now();
    private final String password = Long.toString(new SecureRandom().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "demo");
        thread.setDaemon(true);
        return thread;
    });
    private final Path directory;
    private final TestBroker broker;
    private final ConfigurableApplicationContext context;
    private final DemoMeasurements measurements;
    private final FilebeatFleet filebeats;
    private volatile Instant grownAt = Instant.MAX;
    private volatile boolean ending;

    private DemoApplication(String[] args) throws IOException {
        say("starting a Kafka broker in this process ...");
        // Kafka would stop the broker and delete its files at Ctrl-C; the demo does both, after the balance.
        Exit.setShutdownHookAdder((name, hook) -> {});
        directory = Files.createTempDirectory("exposure-intake-demo");
        broker = TestBroker.start();
        broker.createTopic(TOPIC, PARTITIONS);
        filebeats = new FilebeatFleet(broker, TOPIC, PARTITIONS, PER_SECOND);
        say("starting the service, group at 'latest', database in a temporary directory ...");
        context = new SpringApplicationBuilder(IntakeApplication.class)
                .registerShutdownHook(false) // the demo stops it, after the balance
                .run(arguments(args));
        measurements = new DemoMeasurements(broker, context, TOPIC + ".dlt");
        context.getBean(EventLog.class).listen(this::tell);
    }

    /** Starts the demo; arguments are those of the service, and {@code --demo.seconds=N} to end after N seconds. */
    public static void main(String[] args) throws Exception {
        DemoApplication demo = new DemoApplication(args);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::end, "demo-end"));
        demo.run();
    }

    private String[] arguments(String[] args) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of(
                "--intake.operator.username=" + OPERATOR,
                "--intake.operator.password=" + password,
                "--server.address=127.0.0.1"));
        Map.of(
                        "spring.kafka.bootstrap-servers", broker.bootstrapServers(),
                        "intake.topics", TOPIC,
                        "intake.initial-position", "latest",
                        "intake.lag.interval", "1s",
                        "spring.datasource.url", Service.h2(directory.resolve("counts")),
                        "spring.main.banner-mode", "off",
                        "logging.level.root", "warn",
                        "logging.level.dev.exposure", "error") // the demo tells the events itself
                .forEach((name, value) -> arguments.add("--" + name + "=" + value));
        arguments.addAll(List.of("--logging.level.kafka=off", "--logging.level.org.apache.kafka=error"));
        arguments.add("--logging.level.state.change.logger=off");
        arguments.addAll(List.of(args)); // the user's come last and win
        return arguments.toArray(String[]::new);
    }

    private void run() throws InterruptedException {
        String port = context.getEnvironment().getProperty("local.server.port");
        say("the service is up: watch it at http://127.0.0.1:" + port + "/");
        say("  (to pause it there: user " + OPERATOR + ", password " + password
                + "; for machines: /actuator/assignment," + " /actuator/lag, /actuator/prometheus)");
        say(String.format(
                Locale.ROOT,
                "Filebeats write %,d events/s to %d partitions; after %d s the topic grows to %d and traffic spikes; Ctrl-C ends",
                PER_SECOND,
                PARTITIONS,
                GROWS_AFTER.toSeconds(),
                GROWN_PARTITIONS));
        filebeats.start();
        executor.scheduleAtFixedRate(this::report, 5, 5, TimeUnit.SECONDS);
        executor.schedule(this::grow, GROWS_AFTER.toSeconds(), TimeUnit.SECONDS);
        long seconds = Long.parseLong(context.getEnvironment().getProperty("demo.seconds", "0"));
        if (seconds > 0) {
            ended.await(seconds, TimeUnit.SECONDS);
            System.exit(0); // the shutdown hook makes the exit code
        }
        ended.await();
    }

    private void grow() {
        say("--- the topic grows from " + PARTITIONS + " to " + GROWN_PARTITIONS + " partitions, traffic spikes to "
                + String.format(Locale.ROOT, "%,d", SPIKE_PER_SECOND) + " events/s, written to the new ones at once");
        grownAt = Instant.now();
        broker.growTopic(TOPIC, GROWN_PARTITIONS);
        filebeats.partitions(GROWN_PARTITIONS);
        filebeats.rate(SPIKE_PER_SECOND);
        executor.schedule(() -> filebeats.rate(PER_SECOND), SPIKE_LASTS.toSeconds(), TimeUnit.SECONDS);
    }

    private void tell(IntakeEvent event) {
        if (ending) {
            return; // what it gives up at the end is no news
        }
        String where = event.partitions().isEmpty()
                ? Objects.requireNonNullElse(event.topic(), "")
                : event.partitions().stream().map(PartitionRange::toString).collect(Collectors.joining(", "));
        String after = event.at().isAfter(grownAt)
                ? String.format(Locale.ROOT, ", %.1f s after the growth", seconds(grownAt, event.at()))
                : "";
        switch (event.type()) {
            case NEW_PARTITION -> say("--- new partitions " + where + " seen in the cluster" + after);
            case ASSIGNED -> say("--- now reads " + where + ": " + event.detail() + after);
            default -> say("--- " + event.type() + " " + where + ": " + event.detail());
        }
    }

    private void report() {
        try {
            say(measurements.line(filebeats.written()));
        } catch (RuntimeException ex) {
            say("no figures this time: " + ex.getMessage()); // an exception would end the reports
        }
    }

    /** Runs as shutdown hook, on Ctrl-C and at the end alike, and makes the exit code. */
    private void end() {
        boolean comesOut = false;
        try {
            comesOut = drain().comesOut();
            OwnAccount own = measurements.ownAccount();
            say("by the service's own account (/actuator/balance): " + own.text());
            comesOut &= own.comesOut();
            context.close();
            broker.close();
            FileSystemUtils.deleteRecursively(directory.toFile());
        } catch (RuntimeException ex) {
            say("the end failed: " + ex);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(comesOut ? 0 : 1);
        }
    }

    private Balance drain() {
        ending = true;
        executor.shutdown();
        say("--- ending: the writers stop, the service drains");
        filebeats.close();
        Instant deadline = Instant.now().plus(DRAIN);
        Balance balance = measurements.balance(filebeats.written());
        while (!balance.comesOut() && Instant.now().isBefore(deadline)) {
            pause();
            balance = measurements.balance(filebeats.written());
        }
        say("balance: " + balance.text());
        if (filebeats.failed() > 0) {
            say(filebeats.failed() + " events were not acknowledged by the broker and are not part of the balance");
        }
        return balance;
    }

    private void pause() {
        try {
            ended.await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String text) {
        System.out.println(String.format(Locale.ROOT, "%6.1fs  %s", seconds(start, Instant.now()), text));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
