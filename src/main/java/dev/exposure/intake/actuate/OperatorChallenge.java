package dev.exposure.intake.actuate;

import dev.exposure.intake.http.BoundedPasswordEncoder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** Refuses whoever has not logged in as the operator, and says what to do: log in, try again, or configure an operator. */
final class OperatorChallenge implements AuthenticationEntryPoint {

    private static final int TOO_MANY_REQUESTS = 429;

    private final boolean operatorExists;

    OperatorChallenge(boolean operatorExists) {
        this.operatorExists = operatorExists;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (failure instanceof BoundedPasswordEncoder.BusyException) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
            Refusal.send(response, TOO_MANY_REQUESTS, "Too many logins at the same time. Try again in a second.");
        } else if (operatorExists) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"exposure-intake\", charset=\"UTF-8\"");
            Refusal.send(
                    response,
                    HttpServletResponse.SC_UNAUTHORIZED,
                    "This needs the operator's user name and password (HTTP Basic).");
        } else {
            Refusal.send(
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    "This is off, because no operator is configured. Set intake.operator.username and"
                            + " intake.operator.password (INTAKE_OPERATOR_USERNAME, INTAKE_OPERATOR_PASSWORD) and restart.");
        }
    }
}
