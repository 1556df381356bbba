package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same rules hold where the actuator has a port of its own, and the other port shows nothing of it. */
class ManagementPortTests extends OperatorTest {

    private static final String PORT = "local.management.port";
    private static final String PAUSE = "{\"paused\":true}";

    @Override
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(super.arguments());
        arguments.add("--management.server.port=0");
        arguments.add("--management.endpoint.health.probes.add-additional-paths=true");
        return arguments;
    }

    @Test
    void readsAreOpenAndWritesTheOperators() {
        fixture.createKnownTopic();
        fixture.starter.start();
        assertThat(send(request(PORT, "/actuator/consumption")).body()).isEqualTo("{\"paused\":false}");
        assertThat(send(request(PORT, "/actuator/health/liveness")).statusCode())
                .isEqualTo(200);

        assertThat(send(json(request(PORT, "/actuator/consumption"), PAUSE)).statusCode())
                .isEqualTo(401);
        assertThat(send(asOperator(json(request(PORT, "/actuator/consumption"), "{}")))
                        .statusCode())
                .isEqualTo(400);
        assertThat(fixture.operatorPause.isPaused()).isFalse();

        assertThat(send(asOperator(json(request(PORT, "/actuator/consumption"), PAUSE)))
                        .body())
                .isEqualTo(PAUSE);
        assertThat(fixture.operatorPause.isPaused()).isTrue();
        assertThat(send(request(PORT, "/nothing")).statusCode()).isEqualTo(404);
    }

    @Test
    void otherPortHasNothingButTheProbesThatAreAskedFor() {
        assertThat(get("consumption").statusCode()).isEqualTo(404);
        assertThat(operate(PAUSE).statusCode()).isEqualTo(404);
        assertThat(fixture.operatorPause.isPaused()).isFalse();
        assertThat(send(request("/livez")).statusCode()).isEqualTo(200);
    }
}
