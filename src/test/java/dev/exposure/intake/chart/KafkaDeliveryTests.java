package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A release whose results go to Kafka has no database, no volume, and as many instances as it likes. */
class KafkaDeliveryTests {

    private static final String KAFKA = "delivery: {type: kafka, kafka: {topic: sums}}\n";

    @Test
    void releaseHasNoDatabaseAndNoVolume() {
        String text = Chart.least().and(KAFKA + "replicaCount: 3").text();

        assertThat(text).contains("type: kafka", "topic: sums").doesNotContain("jdbc:", "mountPath: /var/lib");
        assertThat(Chart.least().and(KAFKA + "replicaCount: 3").render().kinds())
                .contains("Deployment")
                .doesNotContain("PersistentVolumeClaim");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            database: {url: 'jdbc:postgresql://db/ads'} | delivery.type is kafka, which needs no database
            kafka: {topics: [sums]}                     | delivery.kafka.topic is sums, which is read
            dedupe: {window: PT1H}                      | dedupe.window is set, but delivery.type is kafka
            """)
    void valuesThatDoNotGoWithItAreRefused(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(KAFKA + yaml).text()).hasMessageContaining(message);
    }
}
