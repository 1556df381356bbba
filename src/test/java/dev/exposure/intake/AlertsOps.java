package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Prometheus;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;

/**
 * The alerts fire in a real Prometheus that scrapes the running service. Only the rules' waiting times are shortened, minutes
 * to seconds; their expressions are the real ones. Runs where {@code -Dprometheus} names the binary.
 */
@EnabledIfSystemProperty(named = "prometheus", matches = ".+")
class AlertsOps {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final AtomicReference<Consumer<PartitionRecords<Exposure>>> ON_FAILURE =
            new AtomicReference<>(records -> {});

    @TempDir
    Path directory;

    @Test
    void alertsFireForOutagesALossARecreatedTopicAndTheEndOfAllInstancesAndNotBefore() throws IOException {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("alerts", 2);
            broker.write("alerts", 0, Exposures.events("ad", 0, 10));
            Map<String, String> properties = Service.properties(broker, "alerts", directory);
            Service service = Service.start(properties, FailsWhenTold.class);
            try (Prometheus prometheus = Prometheus.start(
                    String.valueOf(System.getProperty("prometheus")),
                    directory.resolve("prometheus"),
                    impatientRules(),
                    Map.of("intake-0", "127.0.0.1:" + service.port()))) {
                await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                    assertThat(prometheus.ruleHealth()).hasSize(19).allMatch(rule -> rule.endsWith(" ok"));
                    assertThat(prometheus.query("intake_partition_committed")).hasSize(2);
                    assertThat(prometheus.query("intake_partition_lag")).hasSize(2);
                });
                // A scrape of a service that is just starting may come too late.
                await("nothing that fires, of a service that is well")
                        .atMost(PATIENCE)
                        .until(() -> prometheus.firing().isEmpty());
                keepForPromtool(service.prometheus());

                FAILING.set(true);
                broker.write("alerts", 0, Exposures.events("ad", 10, 30));
                awaitFiring(prometheus, "SinkDown");
                assertThat(prometheus.annotation("SinkDown", "description"))
                        .startsWith("1 instances of ads/exposure-intake in ads can't write to their sink");

                // While a write of them all fails: a poll that is under way could still bring what is deleted.
                ON_FAILURE.set(records -> {
                    if (records.nextOffset() == 40 && records.size() > 0) {
                        broker.deleteRecords("alerts", 0, 25);
                        FAILING.set(false);
                    }
                });
                awaitFiring(prometheus, "RecordsLost");
                assertThat(prometheus.annotation("RecordsLost", "description"))
                        .startsWith(
                                "About 15 records of alerts were gone (retention) before ads/exposure-intake in ads read them.");
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(prometheus.firing()).containsExactly("RecordsLost"));

                broker.deleteTopic("alerts");
                await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> broker.createBareTopic("alerts", 2));
                broker.write("alerts", 0, Exposures.events("new", 0, 10));
                awaitFiring(prometheus, "TopicRecreated");
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(prometheus.firing()).containsExactly("RecordsLost", "TopicRecreated"));

                broker.close();
                awaitFiring(prometheus, "KafkaUnreachable");
                assertThat(prometheus.annotation("KafkaUnreachable", "description"))
                        .startsWith(
                                "100% of the instances of ads/exposure-intake in ads have had no answer from Kafka");

                service.close();
                awaitFiring(prometheus, "ConsumerDown");
            } finally {
                service.close();
            }
        }
    }

    /** Prometheus' own tool judges what is ours, by {@code promtool check metrics}. */
    private static void keepForPromtool(String text) throws IOException {
        String ours = text.lines()
                .filter(line -> line.matches("(# (HELP|TYPE) )?intake_.*"))
                .collect(Collectors.joining("\n", "", "\n"));
        Path file = Path.of("target", "scrape", "metrics.txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, ours);
    }

    private static void awaitFiring(Prometheus prometheus, String alert) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(prometheus.firing()).contains(alert));
    }

    private Path impatientRules() throws IOException {
        String rules = Files.readString(Path.of("helm", "exposure-intake", "files", "alerts.yaml"));
        return Files.writeString(
                directory.resolve("alerts.yaml"), rules.replaceAll("(for|keep_firing_for): (\\d+)m\n", "$1: $2s\n"));
    }

    /** Sink that refuses to write while a test says so. */
    static class FailsWhenTold {

        @Bean
        static BeanPostProcessor failsWhenTold() {
            return SinkWrapper.around(sink -> poll -> {
                if (FAILING.get()) {
                    poll.forEach(ON_FAILURE.get());
                    throw new IllegalStateException("told to fail");
                }
                return sink.deliver(poll);
            });
        }
    }
}
