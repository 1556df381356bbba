package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user exposes beyond the default is the operator's to read, and nobody's to write. */
class FurtherEndpointsTests extends OperatorTest {

    @Override
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(super.arguments());
        arguments.add("--management.endpoints.web.exposure.include=*");
        return arguments;
    }

    @Test
    void furtherEndpointsAreTheOperatorsToReadAndNobodysToWrite() {
        for (String endpoint : new String[] {"env", "configprops", "loggers", "threaddump", "beans"}) {
            assertThat(get(endpoint).statusCode()).as(endpoint).isEqualTo(401);
            assertThat(send(asOperator(request("/actuator/" + endpoint))).statusCode())
                    .as(endpoint)
                    .isEqualTo(200);
        }
        String level = "{\"configuredLevel\":\"INFO\"}";
        assertThat(send(asOperator(json(request("/actuator/loggers/root"), level)))
                        .statusCode())
                .isEqualTo(405);
        assertThat(send(asOperator(json(request("/actuator/shutdown"), ""))).statusCode())
                .isIn(404, 405);
    }

    /** A client sends its next request over the same connection, unless the answer said that it is closed. */
    @Test
    void nextRequestIsAnsweredWhenBodyOfTheLastWasRefusedUnread() {
        for (int i = 0; i < 20; i++) {
            assertThat(send(asOperator(json(request("/actuator/loggers/root"), "{}")))
                            .statusCode())
                    .isEqualTo(405);
            assertThat(send(asOperator(json(request("/actuator/shutdown"), ""))).statusCode())
                    .isIn(404, 405);
        }
    }

    @Test
    void passwordIsShownNowhere() {
        for (String endpoint : new String[] {"env", "configprops", "beans"}) {
            assertThat(send(asOperator(request("/actuator/" + endpoint))).body())
                    .doesNotContain(password);
        }
    }
}
