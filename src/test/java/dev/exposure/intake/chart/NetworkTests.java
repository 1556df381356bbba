package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who may talk to the pods, and to whom they may. */
class NetworkTests {

    @Test
    void pathsOutAreToDnsBrokersAndTheDatabaseOnly() {
        assertThat(egress(Chart.example("production"))).containsExactly("53,53", "9093", "5432");
        assertThat(egress(Chart.example("everything")))
                .as("no database, but what extraEgress names")
                .containsExactly("53,53", "9092", "4318");
        assertThat(egress(Chart.least().and("""
                    networkPolicy: {enabled: true}
                    kafka: {bootstrapServers: 'a:1111,b:2222,c:1111'}
                    database: {url: 'jdbc:postgresql://db:6432/ads'}
                    """))).containsExactly("53,53", "1111,2222", "6432");
        assertThat(egress(Chart.least().and("""
                    networkPolicy: {enabled: true, egress: {kafkaPorts: [7], databasePorts: [8]}}
                    database: {url: 'jdbc:postgresql:ads'}
                    """))).containsExactly("53,53", "7", "8");
    }

    @Test
    void portOfTheDatabaseIsTheUsualOneWhenTheUrlNamesNone() {
        String yaml = "networkPolicy: {enabled: true}\ndatabase: {url: 'jdbc:postgresql://db/ads?x=a:1/'}";
        assertThat(egress(Chart.least().and(yaml))).containsExactly("53,53", "9092", "5432");
        assertThat(egress(Chart.least().and(yaml.replace("db/ads?x=a:1/", "db"))))
                .containsExactly("53,53", "9092", "5432");
        assertThat(egress(Chart.least().and(yaml.replace("db/ads?x=a:1/", "db:6432"))))
                .containsExactly("53,53", "9092", "6432");
        assertThat(egress(Chart.least().and(yaml.replace("db/ads?x=a:1/", "a:6432,b:6433/ads"))))
                .containsExactly("53,53", "9092", "6432,6433");
    }

    @Test
    void portsOfBrokersAreAskedForWhenNobodyNamesThem() {
        assertThatThrownBy(() -> Chart.bare()
                        .and("kafka: {bootstrapServers: ''}\nexistingConfigMap: x\nnetworkPolicy: {enabled: true}")
                        .text())
                .hasMessageContaining("networkPolicy.egress.kafkaPorts is required");
    }

    @Test
    void portOfTheDatabaseIsAskedForWhenItsUrlIsElsewhere() {
        for (String elsewhere : List.of(
                "database: {existingSecret: db, urlKey: jdbc-url}",
                "database: {url: 'jdbc:postgresql://db:6432/ads', existingSecret: db, urlKey: jdbc-url}",
                "config: {spring: {datasource: {url: '${DATABASE_URL}'}}}",
                "config: {spring.datasource.url: 'jdbc:postgresql://db:6432/ads'}",
                "extraEnv: [{name: SPRING_DATASOURCE_URL, value: 'jdbc:postgresql://db:6432/ads'}]")) {
            Chart chart = Chart.least().and(elsewhere).and("networkPolicy: {enabled: true}");
            assertThatThrownBy(chart::text)
                    .as(elsewhere)
                    .hasMessageContaining("networkPolicy.egress.databasePorts is required")
                    .hasMessageContaining("set it, e.g. to [5432]");
            assertThat(egress(chart.and("networkPolicy: {egress: {databasePorts: [6432]}}")))
                    .containsExactly("53,53", "9092", "6432");
        }
    }

    @Test
    void portsOfDnsAreThoseOfItsPods() {
        assertThat(egress(Chart.example("production").and("networkPolicy: {egress: {dnsPorts: [53, 5353]}}")))
                .containsExactly("53,53,5353,5353", "9093", "5432");
        assertThatThrownBy(() -> Chart.example("production")
                        .and("networkPolicy: {egress: {dnsPorts: []}}")
                        .text())
                .as("no port means every port")
                .hasMessageContaining("/networkPolicy/egress/dnsPorts");
    }

    @Test
    void testMayConnectWhereOthersAreNamed() {
        JsonNode from =
                Chart.example("production").render().only("NetworkPolicy").at("/spec/ingress/0/from");
        assertThat(from.size()).isEqualTo(2);
        JsonNode test = Chart.example("production").render().test().at("/metadata/labels");
        from.get(1)
                .at("/podSelector/matchLabels")
                .properties()
                .forEach(it -> assertThat(test.get(it.getKey())).isEqualTo(it.getValue()));
    }

    @Test
    void serviceMonitorFindsTheServiceAndNotTheOneOfTheMembers() {
        Manifests manifests =
                Chart.example("hpa").and("staticMembership: {enabled: true}").render();
        JsonNode endpoint = manifests.only("ServiceMonitor").at("/spec/endpoints/0/port");
        assertThat(manifests.all("Service"))
                .hasSize(2)
                .filteredOn(it -> it.at("/spec/ports")
                        .valueStream()
                        .anyMatch(port -> port.get("name").equals(endpoint)))
                .hasSize(1);
        assertThat(manifests.workload().at("/spec/serviceName").asString())
                .isIn(manifests.all("Service").stream()
                        .filter(it -> it.at("/spec/clusterIP").asString("").equals("None"))
                        .map(it -> it.at("/metadata/name").asString())
                        .toList());
    }

    private static List<String> egress(Chart chart) {
        return chart.render()
                .only("NetworkPolicy")
                .at("/spec/egress")
                .valueStream()
                .map(rule -> rule.get("ports")
                        .valueStream()
                        .map(port -> port.get("port").asString())
                        .collect(Collectors.joining(",")))
                .toList();
    }
}
