package dev.exposure.intake.page;

import static dev.exposure.intake.page.Browser.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.logging.LogEntry;
import tools.jackson.databind.JsonNode;

/** The page in a real browser while all is well: what it shows, how soon, and what an operator does there. */
class PageOps {

    private static final String PASSWORD = UUID.randomUUID().toString();
    private static TestBroker broker;
    private static Scene scene;
    private static Browser browser;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        scene = Scene.start(
                broker, "page", 3, Map.of("intake.operator.username", "ops", "intake.operator.password", PASSWORD));
        browser = Browser.get();
    }

    @AfterAll
    static void stop() {
        scene.close();
        broker.close();
    }

    @BeforeEach
    void open() {
        browser.open(scene.address());
    }

    @Test
    void pageSaysThatAllIsWellAndLoadsNothingFromElsewhere() {
        scene.write(0);
        browser.waitForVerdict("Running");
        JsonNode assignment = scene.service.actuator("assignment");
        assertThat(browser.text("instance"))
                .isEqualTo(assignment.get("instance").asString());
        assertThat(browser.text("group")).isEqualTo("page");
        assertThat(browser.text("protocol"))
                .isEqualTo(assignment.get("protocol").asString());
        browser.waitFor("document.querySelectorAll('#chart-lag canvas').length === 1");
        browser.waitForText("tile-lag", "0"::equals);
        browser.pictures("running");

        List<?> loaded = (List<?>)
                Objects.requireNonNull(browser.js("performance.getEntriesByType('resource').map((it) => it.name)"));
        assertThat(loaded)
                .hasSizeGreaterThan(10)
                .allMatch(it -> it.toString().startsWith(scene.address()), "is from the service");
        assertThat(browser.log()).extracting(LogEntry::getMessage).isEmpty();
    }

    @Test
    void newPartitionIsShownWithItsOwnerAfterAFewRefreshesOfThePage() {
        int before = scene.service.actuator("assignment").get("partitions").size();
        String name = "page-" + before;
        String shown = "(() => { const row = document.querySelector('[data-partition=\"" + name + "\"]');"
                + " return row && !row.querySelector('.badge').hidden"
                + " && row.querySelector('.owner').textContent === 'this instance'"
                + " && [...document.querySelectorAll('#events [data-type=NEW_PARTITION]')]"
                + ".some((it) => it.querySelector('.what').textContent.includes('" + name + "')); })()";
        // Looked at within the page, whose clock stands still when the machine does.
        browser.inject("window.watching = setInterval(() => { if (" + shown + ") {"
                + " window.shownAt = performance.now(); clearInterval(window.watching); } }, 50)");
        broker.growTopic("page", before + 1);
        browser.waitFor("window.shownAt");
        JsonNode added = scene.service.actuator("assignment").get("partitions").get(before);
        long assigned = Instant.parse(added.get("assignedAt").asString()).toEpochMilli();
        double refreshes = browser.number("performance.getEntriesByType('resource')"
                + ".filter((it) => it.name.includes('/actuator/assignment')"
                + " && performance.timeOrigin + it.startTime > " + assigned + " && it.startTime < shownAt).length");
        System.out.println("page: " + name + " shown by refresh " + refreshes + " after its assignment");
        // The first shows it; its owner is known with the next sample of the lag. They are 2 s apart (main.js).
        assertThat(refreshes).isBetween(1.0, 3.0);

        scene.write(before);
        browser.waitFor("document.querySelector('[data-partition=\"" + name + "\"] .start').textContent"
                + ".includes('first record after')");
        browser.pictures("growth");
    }

    @Test
    void operatorPausesAndResumesByTheDialogAndAWrongPasswordIsRefusedThere() {
        browser.click("operate");
        browser.waitFor("document.getElementById('operator').open");
        browser.type("operator-username", "ops");
        browser.type("operator-password", "wrong");
        browser.click("operator-confirm");
        browser.waitForText("operator-error", "The service refuses this user name and password."::equals);
        browser.pictures("dialog");
        assertThat(browser.js("document.getElementById('operator').open")).isEqualTo(true);
        assertThat(scene.service.state()).isEqualTo("RUNNING");

        browser.type("operator-password", PASSWORD);
        browser.click("operator-confirm");
        browser.waitFor("!document.getElementById('operator').open");
        assertThat(browser.js("document.getElementById('operator-password').value"))
                .isEqualTo("");
        browser.waitForVerdict("Paused");
        assertThat(scene.service.state()).isEqualTo("PAUSED");
        browser.waitFor("document.querySelector('#events [data-type=PAUSED]')");
        scene.write(0);
        browser.waitForText("tile-lag", "20"::equals);
        browser.pictures("paused");

        browser.waitForText("operate", "Resume this instance"::equals);
        browser.click("operate");
        browser.type("operator-password", PASSWORD);
        browser.click("operator-confirm");
        browser.waitForVerdict("Running");
        await().atMost(PATIENCE).until(() -> scene.service.state().equals("RUNNING"));
    }

    @Test
    void passwordIsForgottenWhenTheDialogIsClosed() {
        browser.click("operate");
        browser.type("operator-password", PASSWORD);
        browser.click("operator-cancel");
        browser.waitFor("!document.getElementById('operator').open");
        assertThat(browser.js("document.getElementById('operator-password').value"))
                .isEqualTo("");
        assertThat(scene.service.state()).isEqualTo("RUNNING");
    }

    @Test
    void keyboardReachesEverythingAndTheDialogKeepsIt() {
        List<Object> reached = new ArrayList<>();
        for (int at = 0; at < 8; at++) {
            browser.press(Keys.TAB);
            reached.add(browser.js("document.activeElement.id || document.activeElement.className"
                    + " || document.activeElement.tagName"));
        }
        assertThat(reached).containsSubsequence("skip", "operate", "show", "order", "A");

        browser.inject("document.getElementById('operate').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.getElementById('operator').open");
        List<Object> held = new ArrayList<>();
        for (int at = 0; at < 10; at++) {
            held.add(browser.js("document.activeElement === document.body ? 'browser'"
                    + " : document.activeElement.closest('dialog') ? document.activeElement.id : 'out'"));
            browser.press(Keys.TAB);
        }
        assertThat(held)
                .doesNotContain("out")
                .contains("operator-username", "operator-password", "operator-cancel", "operator-confirm");
        browser.press(Keys.ESCAPE);
        browser.waitFor("!document.getElementById('operator').open");
        assertThat(browser.js("document.activeElement.id")).isEqualTo("operate");
    }

    @Test
    void nothingIsInTheWayOfAPersonWhoSeesLessLightOrDark() {
        List<Object> grave = new ArrayList<>();
        for (boolean dark : List.of(false, true)) {
            browser.dark(dark);
            grave.addAll(browser.graveBarriers(dark ? "dark" : "light"));
            browser.click("operate");
            grave.addAll(browser.graveBarriers(dark ? "dialog, dark" : "dialog, light"));
            browser.click("operator-cancel");
        }
        assertThat(grave).isEmpty();
    }

    @Test
    void nothingMovesWhileFiguresChange() {
        browser.waitFor("performance.now() > 6000");
        browser.inject("window.shifts = []; new PerformanceObserver((list) => window.shifts.push(...list.getEntries()"
                + ".map((it) => [it.value, it.sources.map((of) => of.node?.id || of.node?.className)])))"
                + ".observe({ type: 'layout-shift', buffered: false });");
        double until = browser.number("performance.now()") + 10_000;
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            scene.write(1);
            return browser.number("performance.now()") > until;
        });
        System.out.println("page: layout shifts " + browser.js("JSON.stringify(shifts)"));
        assertThat(browser.number("shifts.reduce((sum, it) => sum + it[0], 0)")).isLessThan(0.01);
    }
}
