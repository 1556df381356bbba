package dev.exposure.intake.page;

import static dev.exposure.intake.page.Browser.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Forwarder;
import dev.exposure.intake.testing.TestBroker;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** The page in a real browser when something fails: the database, the way to the service, or an operator who is none. */
class PageTroubleOps {

    private static TestBroker broker;
    private static EmbeddedPostgres postgres;
    private static Forwarder database;
    private static Scene scene;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.start();
        postgres = EmbeddedPostgres.start();
        database = new Forwarder("127.0.0.1:" + postgres.getPort());
        database.open();
        scene = Scene.start(
                broker,
                "trouble",
                3,
                Map.of(
                        "spring.datasource.url",
                        "jdbc:postgresql://" + database.address() + "/postgres?user=postgres",
                        "spring.datasource.hikari.connection-timeout",
                        "1000"));
        browser = Browser.get();
    }

    @AfterAll
    static void stop() throws IOException {
        scene.close();
        database.close();
        postgres.close();
        broker.close();
    }

    @BeforeEach
    void open() {
        browser.open(scene.address());
        browser.waitForVerdict("Running");
    }

    @Test
    void outageOfTheDatabaseIsSaidWithItsTimeAndIsOverWhenItWorksAgain() throws IOException {
        database.close();
        scene.write(0);
        browser.waitForVerdict("Retrying: results cannot be stored");
        browser.waitForText("verdict-number", it -> it.matches("since .+, .+ (s|min)"));
        browser.waitFor("document.querySelector('#events [data-type=SINK_DOWN]')");
        assertThat(browser.js("document.getElementById('verdict').dataset.level"))
                .isEqualTo("bad");
        assertThat(browser.text("verdict-sentence")).contains("Nothing is skipped");
        assertThat(browser.js("document.title")).asString().startsWith("✕ Retrying");
        assertThat(browser.text("announcer")).startsWith("Retrying: results");
        browser.pictures("database-down");
        assertThat(browser.graveBarriers("database down")).isEmpty();

        database.open();
        browser.waitForVerdict("Running");
        browser.waitFor("document.querySelector('#events [data-type=SINK_UP]')");
        browser.waitForText("tile-lag", "0"::equals);
    }

    @Test
    void lostContactIsSaidWithTheAgeOfTheFiguresAndEndsByItself() throws IOException {
        browser.inject("window.watching = setInterval(() => { if (document.body.dataset.contact === 'lost') {"
                + " window.saidAt = performance.now(); clearInterval(window.watching); } }, 50)");
        double before = browser.number("performance.now()");
        scene.way.close();
        browser.waitFor("window.saidAt");
        double refreshes = browser.number("performance.getEntriesByType('resource')"
                + ".filter((it) => it.name.includes('/actuator/assignment')"
                + " && it.startTime > " + before + " && it.startTime < saidAt).length");
        System.out.println("page: lost contact said by refresh " + refreshes);
        assertThat(refreshes).isLessThanOrEqualTo(3);
        assertThat(browser.text("verdict-word")).isEqualTo("No contact with the service");
        assertThat(browser.text("verdict-sentence")).startsWith("It cannot be reached.");
        assertThat(browser.text("contact-text")).matches("Figures of .+, \\d+ s old");
        assertThat(browser.find(By.id("operate")).isEnabled()).isFalse();
        String age = browser.text("contact-text");
        browser.waitForText("contact-text", it -> !it.equals(age));
        browser.pictures("contact-lost");
        assertThat(browser.graveBarriers("contact lost")).isEmpty();
        browser.dark(true);
        assertThat(browser.graveBarriers("contact lost, dark")).isEmpty();
        browser.dark(false);

        scene.way.open();
        browser.waitForVerdict("Running");
        browser.waitFor("document.body.dataset.contact === 'made'");
        browser.waitFor("!document.getElementById('operate').disabled");
    }

    @Test
    void hiddenPageAsksNothingUntilItIsSeenAgain() {
        browser.inject("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });"
                + "document.dispatchEvent(new Event('visibilitychange'));");
        String asked = "performance.getEntriesByType('resource').filter((it) => it.name.includes('/actuator/')).length";
        await("requests under way end").pollDelay(Duration.ofSeconds(1)).until(() -> true);
        double before = browser.number(asked);
        assertThat(before).isPositive();
        await().during(Duration.ofSeconds(5))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.number(asked)).isEqualTo(before));
        browser.inject("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'));");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.number(asked)).isGreaterThan(before));
        browser.waitFor(asked + " >= " + (before + 8));
    }

    @Test
    void dialogTellsThatPausingIsOffWhereThereIsNoOperator() {
        browser.click("operate");
        browser.type("operator-username", "ops");
        browser.type("operator-password", "anything");
        browser.click("operator-confirm");
        browser.waitForText("operator-error", it -> it.startsWith("This is off, because no operator is configured."));
        assertThat(scene.service.state()).isEqualTo("RUNNING");
    }
}
