package dev.exposure.intake.page;

import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Takes the README's picture: some seconds after a topic has grown under load. {@code .ci/page --picture} puts it into
 * {@code docs/page.png}.
 */
class PagePictureOps {

    private static final Path PICTURE = Path.of(System.getProperty("picture", "target/page/picture.png"));

    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger partitions = new AtomicInteger(3);
    private TestBroker broker;
    private Scene scene;

    @BeforeEach
    void start() {
        broker = TestBroker.start();
        scene = Scene.start(
                broker, "ad-exposure", 3, Map.of("spring.kafka.client-id", "intake-0", "intake.lag.interval", "1s"));
        writer.scheduleAtFixedRate(this::write, 0, 50, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() throws InterruptedException {
        writer.shutdown();
        writer.awaitTermination(10, TimeUnit.SECONDS);
        scene.close();
        broker.close();
    }

    private void write() {
        for (int partition = 0; partition < partitions.get(); partition++) {
            scene.write(partition);
        }
        if (Math.random() < 0.1) {
            broker.write("ad-exposure", 0, List.of("{\"message\":\"cut o".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void pictureOfAGrowthUnderLoad() {
        Browser browser = Browser.get();
        browser.open(scene.address());
        browser.waitFor("performance.now() > 30_000");
        broker.growTopic("ad-exposure", 6);
        partitions.set(6);
        browser.waitFor("[...document.querySelectorAll('#rows .start')]"
                + ".filter((it) => it.textContent.includes('first record after')).length === 3");
        double then = browser.number("performance.now()");
        await().atMost(Browser.PATIENCE).until(() -> browser.number("performance.now()") > then + 15_000);
        browser.waitForVerdict("Running");
        browser.size(1280, (int) browser.number("document.documentElement.scrollHeight"));
        browser.picture(PICTURE, 2000);
    }
}
