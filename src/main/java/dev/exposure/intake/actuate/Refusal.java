package dev.exposure.intake.actuate;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/** Answers a refused request in JSON, and repeats nothing of the request. */
final class Refusal {

    private Refusal() {}

    /**
     * Sends the answer.
     *
     * @param text what is wrong and what to do; without quotes, backslashes and control characters
     */
    static void send(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream().write(("{\"error\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }
}
