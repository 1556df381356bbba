package dev.exposure.intake.page;

import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Forwarder;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** A running service that owns all partitions of a topic, and the way to it, which a test may cut. */
final class Scene implements AutoCloseable {

    final String topic;
    final Service service;
    final Forwarder way;

    private final TestBroker broker;
    private final Path directory;
    private final AtomicInteger written = new AtomicInteger();

    private Scene(TestBroker broker, String topic, Path directory, Service service) {
        this.broker = broker;
        this.topic = topic;
        this.directory = directory;
        this.service = service;
        this.way = new Forwarder("127.0.0.1:" + service.port());
        way.open();
    }

    static Scene start(TestBroker broker, String topic, int partitions, Map<String, String> further) {
        try {
            Path directory = Files.createTempDirectory("page");
            broker.createTopic(topic, partitions);
            Map<String, String> properties = Service.properties(broker, topic, directory);
            properties.putAll(further);
            Scene scene = new Scene(broker, topic, directory, Service.start(properties));
            await().atMost(Browser.PATIENCE).until(() -> {
                JsonNode owned = scene.service.actuator("assignment").get("partitions");
                return owned.size() == partitions
                        && owned.valueStream()
                                .noneMatch(it -> it.get("startReason").isNull());
            });
            return scene;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    String address() {
        return "http://" + way.address() + "/";
    }

    void write(int partition) {
        broker.write(topic, partition, Exposures.events("ad", written.getAndAdd(20), 20));
    }

    @Override
    public void close() {
        try {
            way.close();
            service.close();
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
