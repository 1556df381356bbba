package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.exposure.intake.actuate.HealthProbe.NotAliveException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the health check of the image looks, and what it says. */
class HealthProbeTests {

    private final String path = "/actuator/health/liveness";
    private HttpServer server;
    private String port;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        port = String.valueOf(server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void isAliveWhenLivenessAnswersOk() {
        answer(path, 200);
        assertThatCode(() -> HealthProbe.check(Map.of("SERVER_PORT", port))).doesNotThrowAnyException();
    }

    @Test
    void asksTheManagementPortWhenThereIsOne() {
        answer(path, 200);
        assertThatCode(() -> HealthProbe.check(Map.of("SERVER_PORT", "1", "MANAGEMENT_SERVER_PORT", port)))
                .doesNotThrowAnyException();
    }

    @Test
    void asksTheGivenUrlBeforeAllElse() {
        answer("/other/liveness", 200);
        String url = "http://localhost:" + port + "/other/liveness";
        assertThatCode(() -> HealthProbe.check(Map.of("SERVER_PORT", "1", "HEALTH_URL", url)))
                .doesNotThrowAnyException();
    }

    @Test
    void saysWhatWasAnsweredWhenNotAlive() {
        answer(path, 503);
        assertThatExceptionOfType(NotAliveException.class)
                .isThrownBy(() -> HealthProbe.check(Map.of("SERVER_PORT", port)))
                .withMessage("http://127.0.0.1:" + port + path + " answers 503");
    }

    @Test
    void saysWhyNothingAnswers() {
        stop();
        assertThatExceptionOfType(NotAliveException.class)
                .isThrownBy(() -> HealthProbe.check(Map.of("SERVER_PORT", port)))
                .withMessageContaining(port + path + ": java.net.ConnectException");
    }

    @Test
    void saysThatAPortIsNone() {
        assertThatExceptionOfType(NotAliveException.class)
                .isThrownBy(() -> HealthProbe.check(Map.of("SERVER_PORT", "x")))
                .withMessageContaining(":x" + path);
    }

    private void answer(String where, int status) {
        server.createContext(where, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }
}
