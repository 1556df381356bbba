package dev.exposure.intake.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.exposure.intake.testing.TestBroker;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page with few and with many partitions: all are there, it fits a phone, and asking costs little. */
class PageSizesOps {

    private static final int REFRESHES = 100;
    private static final List<String> READ = List.of(
            "assignment",
            "lag",
            "health",
            "prometheus?includedNames=intake_records&includedNames=intake_dead_letters"
                    + "&includedNames=intake_records_lost&includedNames=process_start_time_seconds");

    private static TestBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 12, 300})
    void everyPartitionIsShownAndThePageFits(int partitions) {
        String topic = "of-" + partitions;
        Browser browser = Browser.get();
        try (Scene scene = Scene.start(broker, topic, partitions, Map.of("intake.lag.interval", "5s"))) {
            scene.write(partitions - 1);
            browser.open(scene.address());
            browser.waitFor("document.querySelectorAll('#rows tr').length === " + partitions);
            browser.waitForVerdict("Running");
            assertThat(firstRow(browser)).as("by number, not by letter").isEqualTo(topic + "-0");
            assertThat(browser.js("[...document.querySelectorAll('#rows tr')].at(-1).dataset.partition"))
                    .isEqualTo(topic + "-" + (partitions - 1));

            choose(browser, "show", "unowned");
            assertThat(browser.number("document.querySelectorAll('#rows tr').length"))
                    .isZero();
            assertThat(browser.js("document.getElementById('no-rows').hidden")).isEqualTo(false);
            choose(browser, "show", "mine");
            assertThat(browser.number("document.querySelectorAll('#rows tr').length"))
                    .isEqualTo(partitions);

            payload(browser, partitions);
            browser.pictures("partitions-" + partitions);
            browser.size(390, 800);
            assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
            browser.size(1280, 900);
            if (partitions == 300) {
                System.out.println("page: CPU of a refresh with 300 partitions: " + cost(scene) + " ms");
            }
        }
    }

    private static Object firstRow(Browser browser) {
        return Objects.requireNonNull(browser.js("document.querySelector('#rows tr').dataset.partition"));
    }

    private static void choose(Browser browser, String select, String value) {
        browser.inject("const it = document.getElementById('" + select + "'); it.value = '" + value + "';"
                + "it.dispatchEvent(new Event('change'));");
    }

    /** What one refresh brings over the wire. */
    private static void payload(Browser browser, int partitions) {
        browser.inject("performance.clearResourceTimings()");
        browser.waitFor("performance.getEntriesByType('resource').length >= 4");
        String sizes = "performance.getEntriesByType('resource').slice(0, 4)";
        System.out.println("page: a refresh with " + partitions + " partitions: "
                + browser.js(sizes
                        + ".map((it) => `${it.name.replace(/.*actuator.|[?].*/g, '')} ${it.encodedBodySize} of ${it.decodedBodySize}`)"
                        + ".join(', ')"));
        assertThat(browser.number(sizes + ".reduce((sum, it) => sum + it.transferSize, 0)"))
                .isPositive()
                .isLessThan(40_000);
    }

    /** CPU time of this JVM while the page's four reads are made, less what it takes anyway, in milliseconds each. */
    private static double cost(Scene scene) {
        refresh(scene); // warm
        long[] idle = cpuAndTime();
        org.awaitility.Awaitility.await().pollDelay(3, TimeUnit.SECONDS).until(() -> true);
        long[] start = cpuAndTime();
        for (int count = 0; count < REFRESHES; count++) {
            refresh(scene);
        }
        long[] end = cpuAndTime();
        double anyway = (start[0] - idle[0]) / (double) (start[1] - idle[1]);
        double each = ((end[0] - start[0]) - anyway * (end[1] - start[1])) / REFRESHES;
        return Math.round(each / 10_000) / 100.0;
    }

    private static void refresh(Scene scene) {
        READ.forEach(path -> scene.service.http("/actuator/" + path));
    }

    private static long[] cpuAndTime() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new long[] {system.getProcessCpuTime(), System.nanoTime()};
    }
}
