package dev.exposure.intake.page;

import static dev.exposure.intake.page.Browser.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Forwarder;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page in a real browser, on the running service with a real broker: what a person sees when something happens. */
class PageOps {

    /** How soon after its assignment a new partition has to be seen. */
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private static TestBroker broker;
    private static Browser browser;

    private final String password = UUID.randomUUID().toString();

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.start();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
        broker.close();
    }

    @AfterEach
    void leavePage() {
        browser.run("window.location = 'about:blank'");
    }

    @Test
    void growingTopicIsSeenTheMomentItIsFound() {
        broker.createTopic("page-growth", 3);
        try (Service service = Service.start(properties("page-growth"))) {
            write("page-growth", 3, 0);
            browser.open(service.port());
            eventually(() -> assertThat(browser.text("verdict-word")).isEqualTo("Running"));
            browser.open(service.port()); // until it was ready, health answered 503, which browsers log
            eventually(() -> assertThat(browser.text("verdict-word")).isEqualTo("Running"));
            assertThat(browser.text("group")).isEqualTo("page-growth");
            assertThat(browser.text("protocol")).isEqualTo("classic");
            assertThat(browser.text("instance"))
                    .isEqualTo(service.actuator("assignment").get("instance").asString());
            assertThat(browser.complaints()).as("what the browser complains of").isEmpty();
            assertThat(browser.run("return performance.getEntriesByType('resource').map((it) => it.name)"
                            + ".filter((it) => !it.startsWith(location.origin))"))
                    .as("loaded from elsewhere")
                    .isEqualTo(List.of());
            browser.pictures("running");

            broker.growTopic("page-growth", 5);
            write("page-growth", 5, 100);
            eventually(() -> assertThat(browser.all("tr[data-partition='page-growth-4'][data-mine]"))
                    .hasSize(1));
            Instant seen = Instant.now();
            Duration after = Duration.between(assignedAt(service, 4), seen);
            System.out.println("page: a new partition was seen " + after.toMillis() + " ms after its assignment");
            assertThat(after).isLessThan(SEEN_WITHIN);

            eventually(() -> {
                assertThat(browser.cell("page-growth-4", "badge")).isEqualTo("new");
                assertThat(browser.cell("page-growth-4", "start")).matches("Found .*, first record after [0-9.]+ s");
                assertThat(browser.cell("page-growth-4", "owner")).isEqualTo("this instance");
                assertThat(browser.all("#events [data-type=NEW_PARTITION]")).isNotEmpty();
                assertThat(browser.text("notes")).contains("Topic has grown: 2 new partitions");
            });
            eventually(() -> {
                assertThat(browser.find("[data-outcome=counted] td").getText()).isEqualTo("80");
                assertThat(browser.text("tile-owned")).isEqualTo("5");
            });
            browser.pictures("growth");
            assertThat(browser.barriers()).isEmpty();
            browser.theme("dark");
            assertThat(browser.barriers()).isEmpty();
            browser.theme("light");
            assertThatNothingMoves();
            assertThat(browser.complaints()).as("what the browser complains of").isEmpty();
        }
    }

    @Test
    void outageOfTheDatabaseAndItsEndAreSaid() throws IOException {
        broker.createTopic("page-outage", 2);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Forwarder database = new Forwarder("127.0.0.1:" + postgres.getPort())) {
            database.open();
            Map<String, String> properties = properties("page-outage");
            properties.put(
                    "spring.datasource.url",
                    postgres.getJdbcUrl("postgres", "postgres")
                            .replace("localhost:" + postgres.getPort(), database.address()));
            properties.put("spring.datasource.username", "postgres");
            try (Service service = Service.start(properties)) {
                write("page-outage", 2, 0);
                browser.open(service.port());
                eventually(() -> assertThat(
                                browser.find("[data-outcome=counted] td").getText())
                        .isEqualTo("20"));

                database.close();
                write("page-outage", 2, 100);
                eventually(() -> {
                    assertThat(browser.text("verdict-word")).isEqualTo("Retrying: the database takes no writes");
                    assertThat(browser.text("verdict-number")).startsWith("since ");
                    assertThat(browser.all("#events [data-type=SINK_DOWN]")).hasSize(1);
                });
                assertThat(browser.find("#verdict").getAttribute("data-level")).isEqualTo("bad");
                browser.pictures("database-down");

                database.open();
                eventually(() -> {
                    assertThat(browser.text("verdict-word")).isEqualTo("Running");
                    assertThat(browser.all("#events [data-type=SINK_UP]")).hasSize(1);
                    assertThat(browser.find("[data-outcome=counted] td").getText())
                            .isEqualTo("40");
                });
            }
        }
    }

    @Test
    void operatorPausesAndResumesAndNobodyElseDoes() {
        broker.createTopic("page-pause", 2);
        Map<String, String> properties = properties("page-pause");
        properties.put("intake.operator.username", "ops");
        properties.put("intake.operator.password", password);
        try (Service service = Service.start(properties)) {
            browser.open(service.port());
            eventually(() -> assertThat(browser.text("verdict-word")).isEqualTo("Running"));

            browser.operate("ops", "not the password");
            eventually(
                    () -> assertThat(browser.text("operator-error")).contains("refuses this user name and password"));
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(browser.barriers()).isEmpty();
            browser.pictures("dialog");

            browser.confirm("ops", password);
            eventually(() -> {
                assertThat(browser.text("verdict-word")).isEqualTo("Paused");
                assertThat(browser.text("operate")).isEqualTo("Resume this instance");
            });
            assertThat(service.state()).isEqualTo("PAUSED");
            assertThat(browser.run("return document.getElementById('operator-password').value"))
                    .as("the page keeps no password")
                    .isEqualTo("");
            write("page-pause", 2, 0);
            eventually(() -> assertThat(browser.text("tile-lag")).isEqualTo("20"));
            browser.pictures("paused");

            browser.operate("ops", password);
            eventually(() -> {
                assertThat(browser.text("verdict-word")).isEqualTo("Running");
                assertThat(browser.find("[data-outcome=counted] td").getText()).isEqualTo("20");
            });
            assertThat(service.state()).isEqualTo("RUNNING");
        }
    }

    @Test
    void withoutAnOperatorTheDialogSaysThatItIsOff() {
        broker.createTopic("page-off", 1);
        try (Service service = Service.start(properties("page-off"))) {
            browser.open(service.port());
            eventually(() -> assertThat(browser.find("#operate").isEnabled()).isTrue());
            browser.operate("ops", password);
            eventually(() -> assertThat(browser.text("operator-error")).contains("no operator is configured"));
            assertThat(service.state()).isNotEqualTo("PAUSED");
        }
    }

    @Test
    void lostContactIsSaidWithTheAgeOfTheFiguresUntilTheServiceIsBack() throws IOException {
        broker.createTopic("page-contact", 1);
        try (Service service = Service.start(properties("page-contact"));
                Forwarder way = new Forwarder("127.0.0.1:" + service.port())) {
            way.open();
            browser.open(Integer.parseInt(way.address().substring(way.address().indexOf(':') + 1)));
            eventually(() -> assertThat(browser.text("verdict-word")).isEqualTo("Running"));

            way.close();
            eventually(() -> assertThat(browser.text("verdict-word")).isEqualTo("No contact with the service"));
            assertThat(browser.text("verdict-sentence")).contains("What is below was so at ");
            eventually(
                    () -> assertThat(browser.text("contact-text")).matches("Figures of .*, ([89]|[1-9][0-9]+) s old"));
            assertThat(browser.find("#operate").isEnabled()).isFalse();
            browser.pictures("no-contact");

            way.open();
            eventually(() -> {
                assertThat(browser.text("verdict-word")).isEqualTo("Running");
                assertThat(browser.text("contact-text")).matches("Figures of .*, [0-4] s old");
            });
        }
    }

    @Test
    void hiddenTabAsksForNothing() {
        broker.createTopic("page-hidden", 1);
        try (Service service = Service.start(properties("page-hidden"))) {
            browser.open(service.port());
            eventually(() -> assertThat(requests(service)).isGreaterThan(2));
            browser.run("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });"
                    + "document.dispatchEvent(new Event('visibilitychange'))");
            // One that was under way may still come; what counts is that the number then stays.
            browser.compute("await new Promise((done) => setTimeout(done, 3000)); return 0");
            double before = requests(service);
            browser.compute("await new Promise((done) => setTimeout(done, 7000)); return 0");
            assertThat(requests(service)).isEqualTo(before);

            browser.run("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
            eventually(() -> assertThat(requests(service)).isGreaterThan(before + 1));
        }
    }

    private static double requests(Service service) {
        return service.prometheus()
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count")
                        && line.contains("uri=\"/actuator/assignment\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Shifts of what a reader looks at, over several refreshes. */
    private static void assertThatNothingMoves() {
        Object shift = browser.compute("let sum = 0;"
                + "const observer = new PerformanceObserver((list) => list.getEntries().forEach((it) => { sum += it.value; }));"
                + "observer.observe({ type: 'layout-shift', buffered: false });"
                + "await new Promise((done) => setTimeout(done, 9000)); return sum");
        assertThat(((Number) shift).doubleValue()).as("layout shift").isLessThan(0.01);
    }

    private static Instant assignedAt(Service service, int partition) {
        for (JsonNode owned : service.actuator("assignment").get("partitions")) {
            if (owned.get("partition").asInt() == partition) {
                return Instant.parse(owned.get("assignedAt").asString());
            }
        }
        throw new AssertionError("not assigned: " + partition);
    }

    private Map<String, String> properties(String name) {
        return Service.properties(broker, name, directory);
    }

    private static void write(String topic, int partitions, int first) {
        for (int partition = 0; partition < partitions; partition++) {
            broker.write(topic, partition, Exposures.events("ad", first + partition * 10, 10));
        }
    }
}
