package dev.exposure.intake.actuate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets only writes of JSON through, and to the consumption endpoint only valid bodies. Actuator by itself takes every
 * value as text and ignores what it does not know, so a typing error would look like success.
 */
final class WriteFilter extends OncePerRequestFilter {

    private static final int MAX_BODY = 1024;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final RequestMatcher consumption;
    private final String instance;

    /**
     * Creates the filter.
     *
     * @param consumption requests to the consumption endpoint
     * @param instance name of this instance; a body that names another one is refused
     */
    WriteFilter(RequestMatcher consumption, String instance) {
        this.consumption = consumption;
        this.instance = instance;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST"); // a browser asks before it sends any other write across sites
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!isJson(request.getContentType())) {
            Refusal.send(
                    response,
                    HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                    "The body must be JSON, sent with Content-Type: application/json.");
        } else if (!consumption.matches(request)) {
            chain.doFilter(request, response);
        } else {
            Order order = order(request);
            if (order == null) {
                Refusal.send(
                        response,
                        HttpServletResponse.SC_BAD_REQUEST,
                        "The body must be a JSON object with the field paused, which is true or false, and optionally"
                                + " the field instance, the name of the instance to change; the address has no"
                                + " parameters.");
            } else if (order.instance() != null && !order.instance().equals(instance)) {
                // A load balancer may send the request to another instance than the operator looked at.
                Refusal.send(
                        response,
                        HttpServletResponse.SC_CONFLICT,
                        "This is not the named instance; nothing was changed. Send the request to that instance's own port.");
            } else {
                chain.doFilter(new WithParameter(request, "paused", String.valueOf(order.paused())), response);
            }
        }
    }

    private record Order(boolean paused, @Nullable String instance) {}

    private static boolean isJson(@Nullable String contentType) {
        try {
            return contentType != null
                    && MediaType.APPLICATION_JSON.equalsTypeAndSubtype(MediaType.parseMediaType(contentType));
        } catch (InvalidMediaTypeException ex) {
            return false;
        }
    }

    private static @Nullable Order order(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY || request.getQueryString() != null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(body);
            JsonNode paused = json.path("paused");
            JsonNode named = json.path("instance");
            int fields = named.isString() ? 2 : 1;
            boolean valid = json.isObject() && json.size() == fields && paused.isBoolean();
            return valid ? new Order(paused.asBoolean(), named.isString() ? named.asString() : null) : null;
        } catch (JacksonException ex) {
            return null;
        }
    }

    /** The request after its body was read; the body's value is its only parameter, where Actuator looks too. */
    private static final class WithParameter extends HttpServletRequestWrapper {

        private final Map<String, String[]> parameters;

        WithParameter(HttpServletRequest request, String name, String value) {
            super(request);
            this.parameters = Map.of(name, new String[] {value});
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return parameters;
        }
    }
}
