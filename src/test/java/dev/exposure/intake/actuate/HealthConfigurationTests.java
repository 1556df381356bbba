package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.outage.Outage.Stage;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Liveness is what a restart heals, readiness what comes before records, and the rest tells what is wrong. */
class HealthConfigurationTests extends ActuatorTest {

    @Test
    void healthWhileItRunsIsUpEverywhere() {
        run();

        assertThat(get("health").statusCode()).isEqualTo(200);
        JsonNode components = json(get("health")).get("components");
        for (String name : new String[] {"consumer", "intake", "kafka", "sink", "deadLetters"}) {
            assertThat(components.get(name).get("status").asString()).as(name).isEqualTo("UP");
        }
        assertThat(components.get("intake").get("details").get("state").asString())
                .isEqualTo("RUNNING");
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void readinessWhenThePartitionsAreNotPinnedYetIsOutOfServiceWithTheCause() {
        fixture.starter.start(); // the topic is missing

        HttpResponse<String> readiness = get("health/readiness");
        assertThat(readiness.statusCode()).isEqualTo(503);
        JsonNode intake = json(readiness).get("components").get("intake");
        assertThat(intake.get("status").asString()).isEqualTo("OUT_OF_SERVICE");
        assertThat(intake.get("details").get("state").asString()).isEqualTo("SEEDING");
        assertThat(intake.get("details").get("TOPIC").asString()).contains("Topic 'ads'");
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
    }

    @Test
    void healthWhenAStepFailsIsDownForItAloneAndNeitherGroupMinds() {
        run();
        fixture.fail(Stage.SINK, new DuplicateKeyException("secret", new SQLException("secret", "23505")));
        fixture.fail(Stage.DEAD_LETTERS, new TimeoutException("Topic ads.dlt not present"));
        fixture.position.clock.advance(Duration.ofSeconds(3));
        fixture.fail(Stage.DEAD_LETTERS, new TimeoutException("Topic ads.dlt not present"));

        assertThat(get("health").statusCode()).isEqualTo(503);
        JsonNode components = json(get("health")).get("components");
        JsonNode sink = components.get("sink");
        assertThat(sink.get("status").asString()).isEqualTo("DOWN");
        assertThat(sink.get("details").get("cause").asString()).isEqualTo("SQLException (SQL state 23505)");
        JsonNode deadLetters = components.get("deadLetters");
        assertThat(deadLetters.get("status").asString()).isEqualTo("DOWN");
        assertThat(deadLetters.get("details").get("since").asString()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(deadLetters.get("details").get("attempts").asInt()).isEqualTo(2);
        assertThat(deadLetters.get("details").get("cause").asString()).contains("ads.dlt");
        assertThat(components.get("kafka").get("status").asString()).isEqualTo("UP");
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("health/readiness").statusCode()).isEqualTo(200);
        assertThat(get("health").body()).doesNotContain("secret");
    }

    @Test
    void healthWhenTheClusterDoesNotAnswerIsDownForKafkaAlone() {
        run();
        fixture.position.cluster.down(true);
        await().until(() -> fixture.watch.unreachable() != null);

        JsonNode components = json(get("health")).get("components");
        assertThat(components.get("kafka").get("status").asString()).isEqualTo("DOWN");
        assertThat(components.get("kafka").get("details").get("since").asString())
                .isEqualTo("2026-11-22T10:00:00Z");
        assertThat(components.get("kafka").get("details").get("cause").asString())
                .startsWith("TimeoutException");
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void healthOfKafkaWhenPositionsCanNotBeReadIsDown() {
        run();
        fixture.fail(Stage.POSITIONS, new TimeoutException("no answer"));

        JsonNode kafka = json(get("health")).get("components").get("kafka");
        assertThat(kafka.get("status").asString()).isEqualTo("DOWN");
        assertThat(kafka.get("details").get("cause").asString()).isEqualTo("TimeoutException: no answer");
    }

    @Test
    void livenessWhenAConsumerDiedIsDownWithTheCause() {
        run();
        fixture.container.die();

        HttpResponse<String> liveness = get("health/liveness");
        assertThat(liveness.statusCode()).isEqualTo(503);
        assertThat(liveness.body()).contains("a consumer stopped by itself");
    }

    @Test
    void groupsHoldWhatTheirProbesAreFor() {
        run();

        assertThat(json(get("health/liveness")).get("components").propertyNames())
                .containsExactlyInAnyOrder("livenessState", "consumer");
        assertThat(json(get("health/readiness")).get("components").propertyNames())
                .containsExactlyInAnyOrder("readinessState", "intake");
    }

    private void run() {
        fixture.createKnownTopic();
        fixture.starter.start();
        fixture.position.assignment.joined();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }
}
