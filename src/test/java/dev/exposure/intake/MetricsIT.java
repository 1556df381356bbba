package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Scrape;
import dev.exposure.intake.testing.Scrape.Sample;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 7 for the metrics: all are there, none is NaN, none outlives what it is about, none names a person or an ad. */
class MetricsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    record Metric(String name, String type, Set<String> labels) {

        static Metric of(String name, String type, String... labels) {
            return new Metric(name, type, Set.of(labels));
        }

        String[] parts() {
            return type.equals("histogram") ? new String[] {"_bucket", "_sum", "_count"} : new String[0];
        }
    }

    static final List<Metric> METRICS = List.of(
            Metric.of("intake_records_total", "counter", "outcome"),
            Metric.of("intake_dedupe_duplicates_total", "counter"),
            Metric.of("intake_records_lost_total", "counter", "topic", "cause"),
            Metric.of("intake_dead_letters_total", "counter", "reason"),
            Metric.of("intake_dead_letters_cut_total", "counter"),
            Metric.of("intake_positions_went_back_total", "counter", "topic"),
            Metric.of("intake_balance_off", "gauge"),
            Metric.of("intake_partitions_owned", "gauge", "topic"),
            Metric.of("intake_partitions_unowned", "gauge", "topic"),
            Metric.of("intake_partition_lag", "gauge", "topic", "partition"),
            Metric.of("intake_partition_behind_seconds", "gauge", "topic", "partition"),
            Metric.of("intake_partition_headroom", "gauge", "topic", "partition"),
            Metric.of("intake_partition_held_back", "gauge", "topic", "partition"),
            Metric.of("intake_partition_committed", "gauge", "topic", "partition"),
            Metric.of("intake_partition_log_start", "gauge", "topic", "partition"),
            Metric.of("intake_log_truncations_total", "counter", "topic"),
            Metric.of("intake_partition_discovery_seconds", "histogram"),
            Metric.of("intake_partitions_started_total", "counter", "reason"),
            Metric.of("intake_topics_recreated_total", "counter", "topic"),
            Metric.of("intake_rebalances_total", "counter", "type"),
            Metric.of("intake_batch_seconds", "histogram"),
            Metric.of("intake_sink_write_seconds", "histogram", "sink", "outcome"),
            Metric.of("intake_sink_up", "gauge"),
            Metric.of("intake_processor_up", "gauge"),
            Metric.of("intake_broker_up", "gauge"),
            Metric.of("intake_processor_up", "gauge"),
            Metric.of("intake_topics_missing", "gauge"),
            Metric.of("intake_paused", "gauge"),
            Metric.of("intake_lag_sample_age_seconds", "gauge"),
            Metric.of("process_start_time_seconds", "gauge"));

    /** Names of all samples that a scrape is found to hold by this test. */
    static Set<String> names() {
        return METRICS.stream()
                .flatMap(metric -> Stream.concat(
                        Stream.of(metric.name()), Stream.of(metric.parts()).map(metric.name()::concat)))
                .collect(Collectors.toSet());
    }

    @Test
    void scrapeAfterTrafficShowsEveryMetricAndAfterARebalanceOnlyWhatIsOwned() {
        broker.createTopic("metrics", 4);
        for (int partition = 0; partition < 4; partition++) {
            broker.write("metrics", partition, Exposures.events("secret-ad", partition * 10, 10));
        }
        broker.write("metrics", 0, List.of("{\"user_id\":\"secret-user\"".getBytes(UTF_8)));
        Map<String, String> properties = Service.properties(broker, "metrics", directory);
        properties.put("spring.datasource.url", TestPostgres.url("metrics"));
        try (Service first = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(first.counted("secret-ad")).isEqualTo(40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(partitions(first, "intake_partition_lag"))
                            .containsExactlyInAnyOrder("0", "1", "2", "3"));
            // A delay that is not known yet is absent, not NaN.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(partitions(first, "intake_partition_behind_seconds"))
                            .containsExactlyInAnyOrder("0", "1", "2", "3"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(first.metric("intake_records_total{outcome=\"counted\"}"))
                            .isEqualTo(40));

            assertThatEveryMetricIsThere(Scrape.of(first.prometheus()));
            // The campaign as a label; its digits may well be within some value.
            assertThat(first.prometheus())
                    .doesNotContain("secret", "\"4501\"", "feed_top")
                    .contains("kafka_consumer_");

            try (Service second = Service.start(properties)) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(owned(first)).hasSize(2);
                    assertThat(owned(second)).hasSize(2);
                });
                for (Service service : List.of(first, second)) {
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        assertThat(partitions(service, "intake_partition_lag")).isEqualTo(owned(service));
                        assertThat(partitions(service, "intake_partition_behind_seconds"))
                                .isEqualTo(owned(service));
                        assertThat(partitions(service, "intake_partition_headroom"))
                                .isEqualTo(owned(service));
                        assertThat(partitions(service, "intake_partition_committed"))
                                .isEqualTo(owned(service));
                        assertThat(partitions(service, "intake_partition_log_start"))
                                .isEqualTo(owned(service));
                    });
                    assertThat(service.metric("intake_partitions_owned{topic=\"metrics\"}"))
                            .isEqualTo(2);
                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () -> assertThat(service.metric("intake_partitions_unowned{topic=\"metrics\"}"))
                                            .isZero());
                }
                assertThat(first.metric("intake_rebalances_total{type=\"revoked\"}"))
                        .isPositive();
            }
        }
    }

    private static void assertThatEveryMetricIsThere(Scrape scrape) {
        for (Metric metric : METRICS) {
            assertThat(scrape.types()).as("types").containsEntry(metric.name(), metric.type());
            List<Sample> samples = scrape.named(metric.name(), metric.parts());
            assertThat(samples).as(metric.name()).isNotEmpty().allSatisfy(sample -> {
                Set<String> labels = Set.copyOf(sample.labels().keySet().stream()
                        .filter(label -> !label.equals("le"))
                        .toList());
                assertThat(labels).isEqualTo(metric.labels());
            });
        }
        assertThat(scrape.samples().stream().filter(sample -> sample.name().startsWith("intake_")))
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.value()).isNotNaN());
        assertThat(labels(scrape, "intake_records_total", "outcome"))
                .containsExactlyInAnyOrder("counted", "duplicate", "test", "dead_letter");
        assertThat(labels(scrape, "intake_records_lost_total", "cause"))
                .containsExactlyInAnyOrder("retention", "truncation");
        assertThat(labels(scrape, "intake_rebalances_total", "type"))
                .containsExactlyInAnyOrder("assigned", "revoked", "lost");
        assertThat(labels(scrape, "intake_sink_write_seconds_count", "outcome"))
                .containsExactlyInAnyOrder("success", "failure");
    }

    private static Set<String> labels(Scrape scrape, String metric, String label) {
        return scrape.named(metric).stream()
                .map(sample -> sample.labels().get(label))
                .collect(Collectors.toSet());
    }

    private static Set<String> partitions(Service service, String metric) {
        return labels(Scrape.of(service.prometheus()), metric, "partition");
    }

    private static Set<String> owned(Service service) {
        return service.actuator("assignment")
                .get("partitions")
                .valueStream()
                .map(partition -> String.valueOf(partition.get("partition").asInt()))
                .collect(Collectors.toSet());
    }
}
