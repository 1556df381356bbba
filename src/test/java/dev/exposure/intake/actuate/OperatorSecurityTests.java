package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Anyone may read, the operator alone may write, and no page of another site can write in the operator's name. */
@ExtendWith(OutputCaptureExtension.class)
class OperatorSecurityTests extends OperatorTest {

    private static final String PAUSE = "{\"paused\":true}";

    @Test
    void readsAreOpenWhateverCredentialsTheySend() {
        for (String endpoint :
                new String[] {"/health", "/health/liveness", "/info", "/prometheus", "/assignment", "/consumption"}) {
            HttpRequest.Builder request = request("/actuator" + endpoint);
            assertThat(send(request).statusCode()).as(endpoint).isNotIn(401, 403, 404);
            request.header("Authorization", basic("other", "wrong"));
            assertThat(send(request).statusCode()).as(endpoint).isNotIn(401, 403, 404);
        }
    }

    @Test
    void writeWhenAnonymousIsRefusedAndAskedForCredentials(CapturedOutput output) {
        assertThatItIsRefused(send(write(PAUSE)), output);
    }

    @Test
    void writeWhenCredentialsAreWrongIsRefused(CapturedOutput output) {
        for (String credentials : new String[] {
            basic(USERNAME, password + "x"),
            basic(USERNAME, ""),
            basic("other", password),
            basic("user", password), // the name of Spring Boot's own user
            "Basic %%%",
            "Bearer " + password
        }) {
            assertThatItIsRefused(send(write(PAUSE).header("Authorization", credentials)), output);
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("Wrong user name or password")))
                .as("said once, not with each")
                .hasSize(1);
    }

    @Test
    void writeWhenTheOperatorsIsDoneWithoutASession(CapturedOutput output) {
        HttpResponse<String> answer = operate(PAUSE);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(fixture.operatorPause.isPaused()).isTrue();
        assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .get()
                .asString()
                .contains("no-store");
        assertThat(output.getAll()).doesNotContain(password, "generated security password");
    }

    @Test
    void writeOfATypeThatABrowserSendsAcrossSitesUnaskedIsRefused() {
        for (String type : new String[] {
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "text/plain; application/json",
            "application/jsonp",
            "rubbish"
        }) {
            HttpResponse<String> answer = send(asOperator(request("/actuator/consumption"))
                    .header("Origin", "https://elsewhere.example")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(type.contains("form") ? "paused=true" : PAUSE)));

            assertThat(answer.statusCode()).as(type).isEqualTo(415);
            assertThat(answer.body()).contains("application/json");
        }
        assertThat(fixture.operatorPause.isPaused()).isFalse();
    }

    @Test
    void writeWithoutATypeIsRefused() {
        HttpRequest.Builder request =
                asOperator(request("/actuator/consumption?paused=true")).POST(BodyPublishers.noBody());

        assertThat(send(request).statusCode()).isEqualTo(415);
        assertThat(fixture.operatorPause.isPaused()).isFalse();
    }

    @Test
    void writeAcrossSitesIsNotAllowedWhenTheBrowserAsks() {
        HttpResponse<String> answer = send(request("/actuator/consumption")
                .header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-allow"));
    }

    @Test
    void whatIsNotExposedDoesNotExist() {
        for (String path : new String[] {
            "/", "/nothing", "/error", "/login", "/actuator/env", "/actuator/heapdump", "/actuator/shutdown"
        }) {
            for (HttpRequest.Builder request : new HttpRequest.Builder[] {
                request(path), json(request(path), "{}"), asOperator(json(request(path), "{}"))
            }) {
                HttpResponse<String> answer = send(request);
                assertThat(answer.statusCode()).as(path).isEqualTo(404);
                assertThat(answer.body()).contains("Not Found").doesNotContain("trace", "xception");
            }
        }
    }

    @Test
    void everyAnswerHasTheSecurityHeaders() {
        for (HttpRequest.Builder request : new HttpRequest.Builder[] {
            request("/actuator/health"),
            request("/actuator/nothing"),
            request("/nothing"),
            request("/actuator;x/health"), // refused before any rule is looked at
            write(PAUSE),
            asOperator(write("rubbish")),
            asOperator(request("/actuator/consumption").header("Content-Type", "text/plain"))
                    .POST(BodyPublishers.ofString(PAUSE)),
            asOperator(request("/actuator/consumption")).DELETE()
        }) {
            HttpResponse<String> answer = send(request);
            String what = answer.request().method() + " " + answer.uri().getPath() + ": " + answer.statusCode();
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(what)
                    .hasValue("nosniff");
            assertThat(answer.headers().firstValue("X-Frame-Options")).as(what).hasValue("DENY");
            assertThat(answer.headers().firstValue("Cache-Control"))
                    .as(what)
                    .get()
                    .asString()
                    .contains("no-store");
            assertThat(answer.headers().map()).as(what).doesNotContainKeys("server", "x-powered-by");
        }
    }

    private void assertThatItIsRefused(HttpResponse<String> answer, CapturedOutput output) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .get()
                .asString()
                .startsWith("Basic realm=");
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"This needs the operator's user name and password (HTTP Basic).\"}");
        assertThat(fixture.operatorPause.isPaused()).isFalse();
        assertThat(output.getAll()).doesNotContain(password);
    }
}
