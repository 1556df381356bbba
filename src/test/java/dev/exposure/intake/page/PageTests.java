package dev.exposure.intake.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.testing.OwnConfigurations;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The page's files over HTTP: where they are, who may load what, and that browsers notice new ones. */
class PageTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SERVER = "local.server.port";
    private static final String MANAGEMENT = "local.management.port";

    @Test
    void pageAndItsFilesAreServedUnderAStrictPolicy() {
        try (Site site = Site.start()) {
            HttpResponse<String> page = site.get(SERVER, "/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html");
            assertThat(page.body()).contains("<meta name=\"actuator\" content=\"actuator\">");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe", "http", "data:", "*");
            assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(page.headers().allValues("Set-Cookie")).isEmpty();
            for (String file : linked(page.body())) {
                HttpResponse<String> response = site.get(SERVER, "/" + file);
                assertThat(response.statusCode()).as(file).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Security-Policy"))
                        .as(file)
                        .isPresent();
            }
        }
    }

    /** Files that the page loads; the links to the endpoints are not among them. */
    private static List<String> linked(String html) {
        List<String> files = Stream.of(html.split("[\"']"))
                .filter(it -> it.matches("(page|webjars)/.*"))
                .toList();
        assertThat(files).hasSize(5);
        return files;
    }

    @Test
    void pageHoldsNoScriptOrStyleOfItsOwnAndPutsNothingInAsHtml() throws IOException {
        Path directory = Path.of("src", "main", "resources", "page");
        assertThat(Files.readString(directory.resolve("index.html")))
                .doesNotContainPattern("<script(?![^>]* src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path script : files.filter(it -> it.toString().endsWith(".js")).toList()) {
                assertThat(Files.readString(script))
                        .as(script.toString())
                        .doesNotContainPattern(
                                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function");
            }
        }
    }

    @Test
    void browserIsToldWhetherAFileIsStillTheSameByItsContent() {
        try (Site site = Site.start()) {
            for (String path : List.of("/", "/page/main.js", "/webjars/uplot/dist/uPlot.iife.min.js")) {
                HttpResponse<String> first = site.get(SERVER, path);
                assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
                assertThat(first.headers().firstValue("Last-Modified"))
                        .as("all files of a jar have the same date")
                        .isEmpty();
                String tag = first.headers().firstValue("ETag").orElseThrow();
                assertThat(site.get(SERVER, path, "If-None-Match", tag).statusCode())
                        .as(path)
                        .isEqualTo(304);
                assertThat(site.get(SERVER, path, "If-None-Match", "W/\"another\"")
                                .body())
                        .isEqualTo(first.body());
            }
            assertThat(site.get(SERVER, "/page/main.js").headers().firstValue("ETag"))
                    .isNotEqualTo(site.get(SERVER, "/page/dom.js").headers().firstValue("ETag"));
        }
    }

    @Test
    void nothingElseIsServedOrTaken() {
        try (Site site = Site.start()) {
            for (String path : List.of(
                    "/index.html",
                    "/page",
                    "/page/",
                    "/page/nothing.js",
                    "/page/../exposure-intake-defaults.yml",
                    "/page/%2e%2e/exposure-intake-defaults.yml",
                    "/page/..%2fexposure-intake-defaults.yml",
                    "/page/..%5cexposure-intake-defaults.yml",
                    "/webjars/",
                    "/webjars/uplot/",
                    "/webjars/uplot/../../../../exposure-intake-defaults.yml",
                    "/webjars/other/file.js",
                    "/exposure-intake-defaults.yml",
                    "/favicon.ico")) {
                assertThat(site.get(SERVER, path).statusCode()).as(path).isIn(400, 404);
            }
            assertThat(site.send(SERVER, "/", "POST").statusCode()).isIn(404, 405);
            assertThat(site.send(SERVER, "/", "HEAD").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pageIsGoneWhereItIsSwitchedOff() {
        try (Site site = Site.start("--intake.page.enabled=false")) {
            assertThat(site.get(SERVER, "/").statusCode()).isEqualTo(404);
            assertThat(site.get(SERVER, "/page/main.js").statusCode()).isEqualTo(404);
            assertThat(site.get(SERVER, "/actuator/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pageIsOnTheActuatorsOwnPortAndThereAloneAndAnswersAreCompressedThere() {
        try (Site site = Site.start("--management.server.port=0", "--server.compression.min-response-size=1KB")) {
            assertThat(site.get(MANAGEMENT, "/").body()).contains("<meta name=\"actuator\" content=\"actuator\">");
            assertThat(site.get(MANAGEMENT, "/page/main.js").statusCode()).isEqualTo(200);
            assertThat(site.get(MANAGEMENT, "/webjars/uplot/dist/uPlot.min.css").statusCode())
                    .isEqualTo(200);
            assertThat(site.get(SERVER, "/").statusCode()).isEqualTo(404);
            assertThat(site.get(SERVER, "/page/main.js").statusCode()).isEqualTo(404);

            HttpResponse<String> large = site.get(MANAGEMENT, "/actuator/prometheus", "Accept-Encoding", "gzip");
            assertThat(large.statusCode()).isEqualTo(200);
            assertThat(large.headers().firstValue("Content-Encoding")).hasValue("gzip");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/manage", "/a/b"})
    void pageKnowsWhereTheEndpointsAre(String basePath) {
        try (Site site = Site.start("--management.endpoints.web.base-path=" + basePath)) {
            assertThat(site.get(SERVER, "/").body()).contains("content=\"" + basePath.substring(1) + "\"");
            assertThat(site.get(SERVER, basePath + "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pageIsBesideEndpointsThatHaveNoPathOfTheirOwn() {
        try (Site site = Site.start(
                "--management.endpoints.web.base-path=/",
                "--management.server.port=0",
                "--management.endpoints.web.discovery.enabled=false")) {
            assertThat(site.get(MANAGEMENT, "/").body()).contains("<meta name=\"actuator\" content=\".\">");
            assertThat(site.get(MANAGEMENT, "/health").statusCode()).isEqualTo(200);
            assertThat(site.get(MANAGEMENT, "/page/main.js").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pageIsBelowTheContextPath() {
        try (Site site = Site.start("--server.servlet.context-path=/intake")) {
            HttpResponse<String> page = site.get(SERVER, "/intake/");
            assertThat(page.statusCode()).isEqualTo(200);
            for (String file : linked(page.body())) {
                assertThat(site.get(SERVER, "/intake/" + file).statusCode())
                        .as(file)
                        .isEqualTo(200);
            }
        }
    }

    /** The page with Boot's own endpoints, without the rest of the service. */
    private record Site(ConfigurableApplicationContext context) implements AutoCloseable {

        static Site start(String... arguments) {
            List<String> all = new ArrayList<>(List.of(
                    "--server.port=0",
                    "--" + OwnConfigurations.EXCLUDE + "="
                            + OwnConfigurations.allBut("OperatorSecurity", "PageSecurity", "RestSecurity"),
                    "--management.endpoint.health.group.liveness.include=ping",
                    "--management.endpoint.health.group.readiness.include=ping",
                    "--management.endpoints.web.exposure.include=health,prometheus"));
            all.addAll(List.of(arguments));
            return new Site(new SpringApplicationBuilder(Windows.class).run(all.toArray(String[]::new)));
        }

        HttpResponse<String> get(String port, String path, String... headers) {
            HttpRequest.Builder request = request(port, path);
            Map.of("Accept", "*/*").forEach(request::header);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return send(request);
        }

        HttpResponse<String> send(String port, String path, String method) {
            return send(request(port, path).method(method, HttpRequest.BodyPublishers.noBody()));
        }

        private HttpRequest.Builder request(String port, String path) {
            return HttpRequest.newBuilder(
                    URI.create("http://localhost:" + context.getEnvironment().getProperty(port) + path));
        }

        private static HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException | InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @EnableAutoConfiguration(
            exclude = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    @EnableConfigurationProperties(KafkaProperties.class)
    static class Windows {

        @Bean
        KafkaSettings kafkaSettings(KafkaProperties properties, Environment environment) {
            return new KafkaSettings(properties, () -> List.of("localhost:9092"), environment);
        }
    }
}
