package dev.exposure.intake.actuate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** The windows of a service that has an operator. */
abstract class OperatorTest extends ActuatorTest {

    static final String USERNAME = "ops";

    final String password = UUID.randomUUID().toString();

    @Override
    List<String> arguments() {
        return List.of("--intake.operator.username=" + USERNAME, "--intake.operator.password=" + password);
    }

    static String basic(String username, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    }

    HttpRequest.Builder asOperator(HttpRequest.Builder request) {
        return request.header("Authorization", basic(USERNAME, password));
    }

    /** A write of this body, without credentials. */
    HttpRequest.Builder write(String body) {
        return json(request("/actuator/consumption"), body);
    }

    static HttpRequest.Builder json(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    /** What the operator gets for a write of this body. */
    HttpResponse<String> operate(String body) {
        return send(asOperator(write(body)));
    }
}
