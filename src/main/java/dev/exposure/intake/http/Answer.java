package dev.exposure.intake.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** An answer that the server itself gives, before or instead of the application: plain JSON with the usual headers. */
final class Answer {

    private Answer() {}

    /**
     * Writes the answer.
     *
     * @param text what is wrong; without quotes, backslashes and control characters, and with nothing of the request in it
     */
    static void send(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate");
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream().write(("{\"error\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }
}
