package dev.exposure.intake.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a quarter of the web server's threads for probes. A client that sends its body slowly, or reads its answer slowly, holds
 * a thread as long as it likes. So other requests hold three quarters of the threads at most, and further ones are refused at
 * once. A probe has no body, and its answer is so short that sending it never waits.
 */
final class RequestLimit extends ValveBase {

    private static final Logger log = LoggerFactory.getLogger(RequestLimit.class);
    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int THREADS_UNLESS_KNOWN = 200;
    private static final long POLITENESS_NANOS = 1_000_000_000L;

    private final String endpoints;
    private final boolean alone;
    private volatile @Nullable Semaphore free;
    private volatile int permits;

    /**
     * Limit for all requests of one server.
     *
     * @param endpoints path of the actuator, empty where its endpoints are at the root
     * @param alone whether the application serves nothing but the endpoints and the page
     */
    RequestLimit(String endpoints, boolean alone) {
        super(true);
        this.alone = alone;
        this.endpoints = endpoints.equals("/") ? "" : endpoints;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (isProbe(request)) {
            getNext().invoke(request, response);
            return;
        }
        Semaphore limit = limit(request);
        if (!limit.tryAcquire()) {
            Answer.send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Too many requests are under way.");
            response.finishResponse();
            hangUp(request);
            return;
        }
        try {
            if (!hasBody(request) || !refuseBody(request, response)) {
                getNext().invoke(request, response);
            }
            if (!request.isAsync()) {
                finish(request, response, limit);
            }
        } finally {
            limit.release();
        }
    }

    private boolean isProbe(Request request) {
        String path = path(request);
        return isRead(request.getMethod())
                && !hasBody(request)
                && (path.contains(endpoints + "/health") || path.endsWith("/livez") || path.endsWith("/readyz"));
    }

    /** Refuses at once a body that would be read before its sender is known. */
    private boolean refuseBody(Request request, Response response) throws IOException {
        if (!isEndpoint(request)) {
            if (alone) {
                Answer.send(response, HttpServletResponse.SC_NOT_FOUND, "Not Found.");
            }
            return alone;
        }
        if (isRead(request.getMethod())) {
            Answer.send(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "This request takes no body.");
            return true;
        }
        String type = request.getContentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            Answer.send(
                    response,
                    HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                    "The body must be JSON, sent with Content-Type: application/json.");
            return true;
        }
        return false;
    }

    private boolean isEndpoint(Request request) {
        return path(request).contains(endpoints + "/");
    }

    /** Empty if the request is no HTTP; its method is null then. */
    private static String path(Request request) {
        String path = request.getRequestURI();
        return path == null ? "" : path;
    }

    private static boolean isRead(@Nullable String method) {
        return method != null && READS.contains(method);
    }

    private static boolean hasBody(Request request) {
        return contentLength(request) > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** Length that the client tells; -1 if it tells none, or no number, which the server has refused. */
    private static long contentLength(Request request) {
        try {
            return request.getContentLengthLong();
        } catch (IllegalArgumentException ex) {
            log.debug("A request whose Content-Length is no number", ex);
            return -1;
        }
    }

    /**
     * Sends the answer while the request still counts, and does not let the server wait for a body that nobody reads. Unless many
     * requests are under way, it reads a body that comes quickly, because the client might not see its answer otherwise. Then it
     * closes the connection, unless the client was not told so and its body has been read to the end.
     */
    private void finish(Request request, Response response, Semaphore limit) throws IOException {
        boolean unread = hasBody(request) && !isBodyRead(request);
        boolean told = unread && !response.isCommitted();
        if (told) {
            response.setHeader("Connection", "close");
        }
        response.finishResponse();
        if (unread) {
            if (limit.availablePermits() > permits / 2
                    && !request.getCoyoteRequest().hasExpectation()) {
                hearOut(request);
            }
            if (told || !isBodyRead(request)) { // else the client sends its next request over this connection
                hangUp(request);
            }
        }
    }

    private static void hearOut(Request request) {
        long start = System.nanoTime();
        try {
            int read = 1;
            while (read > 0 && System.nanoTime() - start < POLITENESS_NANOS) {
                read = request.getCoyoteRequest().doRead(ApplicationBufferHandler.EMPTY);
            }
        } catch (IOException ex) {
            log.debug("A client is gone that had not sent its whole body", ex);
        }
    }

    private static boolean isBodyRead(Request request) {
        return request.getCoyoteRequest().isFinished();
    }

    private static void hangUp(Request request) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }

    /** Set by the first request, because the connector and its threads are not known before. */
    private Semaphore limit(Request request) {
        Semaphore known = free;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            if (free == null) {
                int threads = request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
                        ? protocol.getMaxThreads()
                        : THREADS_UNLESS_KNOWN;
                permits = Math.max(1, threads * 3 / 4);
                free = new Semaphore(permits);
            }
            return free;
        }
    }
}
