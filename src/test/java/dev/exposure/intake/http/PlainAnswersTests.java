package dev.exposure.intake.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.OwnConfigurations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** What the web server answers by itself: to requests that are no HTTP, and to reads that come with a body. */
class PlainAnswersTests {

    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(
                Nothing.class,
                "--server.port=0",
                "--management.endpoint.health.validate-group-membership=false",
                "--" + OwnConfigurations.EXCLUDE + "=" + OwnConfigurations.allBut("RestSecurity", "HttpConfiguration"));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a\u0001b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a<b>|c HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
                "GET /%2e%2e/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "nonsense\r\n\r\n",
            })
    void requestThatIsNoneIsRefusedInJsonWithTheHeadersOfAllAnswers(String request) throws IOException {
        String answer = ask(request);

        assertThat(answer).startsWith("HTTP/1.1 4");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains(
                        "x-content-type-options: nosniff", "x-frame-options: deny", "cache-control: no-cache, no-store")
                .contains("content-type: application/json", "{\"error\":\"")
                .doesNotContain("<html", "<!doctype", "tomcat", "exception");
    }

    @Test
    void readWithABodyIsRefusedAndTheConnectionIsClosed() throws IOException {
        String answer = ask("GET /actuator/health HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("{\"error\":\"This request takes no body.\"}");
    }

    /** All that the server sends until it closes the connection. */
    private static String ask(String request) throws IOException {
        int port = Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @EnableAutoConfiguration(
            exclude = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    static class Nothing {}
}
