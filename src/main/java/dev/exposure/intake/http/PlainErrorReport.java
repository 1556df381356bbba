package dev.exposure.intake.http;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Tells in JSON what is wrong with a request that never reached the application, such as one that is no HTTP. Tomcat's own pages
 * are HTML and lack the headers of all other answers. Tomcat creates this class by its name.
 */
public final class PlainErrorReport extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(PlainErrorReport.class);
    private static final int LEAST_ERROR = 400;

    @Override
    protected void report(Request request, Response response, Throwable cause) {
        int status = response.getStatus();
        if (status < LEAST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        HttpStatus known = HttpStatus.resolve(status);
        try {
            Answer.send(response, status, known == null ? "The request failed." : known.getReasonPhrase() + ".");
            response.finishResponse();
        } catch (IOException | IllegalStateException ex) {
            log.debug("An error could not be told to the client", ex);
        }
    }
}
