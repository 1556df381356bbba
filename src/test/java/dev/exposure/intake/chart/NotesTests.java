package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads after the installation: how to see lag and assignment, and what is risky in the values. */
class NotesTests {

    @Test
    void notesSayHowToSeeLagAndAssignment() {
        assertThat(Chart.example("production").notes())
                .contains("kubectl -n exposures port-forward deployment/ads-exposure-intake 8080:8080")
                .contains("http://localhost:8080/actuator/lag", "http://localhost:8080/actuator/assignment")
                .contains(
                        "3 instances, group exposure-intake, topic ad-exposure of kafka-1.kafka:9093,",
                        ", database yours");
        assertThat(Chart.example("static").notes()).contains("statefulset/ads-exposure-intake");
        assertThat(Chart.example("everything").notes()).contains("9443:9443", "curl -sk https://localhost:9443/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            embedded   |                                                     | The embedded database serves one instance
            embedded   | persistence: {retain: false}                        | helm uninstall deletes the volume
            embedded   |                                                     | Nothing scrapes the metrics
            embedded   | replicaCount: 0                                     | nothing is consumed
            embedded   | operator: {existingSecret: o}                       | an operator's password crosses the network unencrypted
            embedded   | readinessProbe: {enabled: false}                    | No readiness probe
            hpa        |                                                     | kafka.securityProtocol is SASL_PLAINTEXT
            hpa        |                                                     | No alerts
            production | prometheusRule: {runbookBaseUrl: ''}                | Set it to the address of the directory that holds docs/
            embedded   | resources: {limits: {memory: 400Mi}, requests: {memory: 400Mi}} | resources.limits.memory is 400Mi: a long backlog needs 512Mi
            everything | {server: {tls: {existingSecret: ''}}}               | ingress.tls is not set: an operator's password crosses
            production |                                                     | kafka.initialPosition is latest
            production | database: {existingSecret: ''}                      | without a password
            everything |                                                     | users' ids included
            everything |                                                     | Pods do not restart when ConfigMap exposure-intake-more changes
            """)
    void notesWarnOf(String example, String yaml, String warning) {
        Chart chart = Chart.example(example);
        assertThat((yaml == null ? chart : chart.and(yaml)).notes()).contains(warning);
    }

    @Test
    void notesSayThatOneReleaseHasAlertsAndDashboardForAll() {
        String once = "switch prometheusRule and dashboard on in one of them only";
        assertThat(Chart.least().notes()).doesNotContain(once);
        assertThat(Chart.example("production").notes()).contains(once);
        assertThat(Chart.least().and("dashboard: {enabled: true}").notes()).contains(once);
    }

    @Test
    void notesOfACarefulInstallationWarnOfNothing() {
        assertThat(Chart.example("production")
                        .and("kafka: {initialPosition: earliest}")
                        .notes())
                .doesNotContain("Mind:");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void notesHaveNoGapsOfTheTemplate(String example) {
        assertThat(Chart.example(example).notes())
                .doesNotContain("<no value>", "%!", "{{")
                .doesNotContain("\n\n\n");
    }

    static List<String> examples() {
        return Chart.examples();
    }
}
