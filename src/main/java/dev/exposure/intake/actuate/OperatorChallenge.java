package dev.exposure.intake.actuate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** Answers who is not the operator: asks for credentials, or says how to set them where there are none. */
final class OperatorChallenge implements AuthenticationEntryPoint {

    private final boolean operatorExists;

    OperatorChallenge(boolean operatorExists) {
        this.operatorExists = operatorExists;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (operatorExists) {
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
