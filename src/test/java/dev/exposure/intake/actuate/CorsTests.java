package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A page of another site that is let in may read what anyone may, and never write. */
class CorsTests extends OperatorTest {

    private static final String SITE = "https://elsewhere.example";

    @Override
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(super.arguments());
        arguments.add("--management.endpoints.web.cors.allowed-origins=" + SITE);
        arguments.add("--management.endpoints.web.cors.allowed-methods=GET,POST");
        arguments.add("--management.endpoints.web.cors.allowed-headers=*");
        return arguments;
    }

    @Test
    void readsAreAllowedWithoutCredentials() {
        HttpResponse<String> answer = send(request("/actuator/consumption").header("Origin", SITE));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(SITE);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
    }

    @Test
    void writesAreNot() {
        HttpResponse<String> answer = send(request("/actuator/consumption")
                .header("Origin", SITE)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,authorization")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).as("a browser gives up").isEqualTo(401);
    }
}
