package dev.exposure.intake.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.TestBroker;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page's own reckoning, in the browser that will do it: what it says of readings that are hard to come by for real. */
class PageModulesOps {

    private static TestBroker broker;
    private static Scene scene;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        scene = Scene.start(broker, "modules", 1, Map.of());
        Browser.get().open(scene.address());
    }

    @AfterAll
    static void stop() {
        scene.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"verdict-checks.js, 40", "figures-checks.js, 30"})
    void moduleSaysWhatItShould(String file, int atLeast) {
        Map<?, ?> result = (Map<?, ?>) Browser.get()
                .async(Browser.resource("checks.js") + Browser.resource(file) + "return { failed, passed };");
        assertThat((Iterable<?>) result.get("failed")).isEmpty();
        assertThat(((Number) result.get("passed")).intValue()).isGreaterThanOrEqualTo(atLeast);
    }
}
