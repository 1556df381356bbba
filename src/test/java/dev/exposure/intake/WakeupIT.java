package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.consumer.ListenerContainer;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * A pause that ends wakes the consumer. In the middle of a rebalance callback that keeps the container from telling anybody of the
 * new partitions; they are read all the same.
 */
class WakeupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 8;
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void addedPartitionsAreReadThoughTheConsumerIsWokenUpAllTheTime(String protocol) throws Exception {
        String topic = "woken-" + protocol;
        broker.createTopic(topic, 1);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        AtomicBoolean waking = new AtomicBoolean(true);
        try (Service service = Service.start(properties)) {
            broker.write(topic, 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            MessageListenerContainer container = Objects.requireNonNull(
                    service.bean(KafkaListenerEndpointRegistry.class).getListenerContainer(ListenerContainer.ID));
            Thread waker = new Thread(() -> {
                while (waking.get()) {
                    container.resumePartition(new TopicPartition(topic, 0));
                    LockSupport.parkNanos(200_000);
                }
            });
            waker.start();
            try {
                for (int partitions = 2; partitions <= PARTITIONS; partitions++) {
                    broker.growTopic(topic, partitions);
                    broker.write(topic, partitions - 1, Exposures.events("ad", partitions * 100, 10));
                    int expected = partitions * 10;
                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () -> assertThat(service.counted("ad")).isEqualTo(expected));
                }
            } finally {
                waking.set(false);
                waker.join();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.actuator("assignment").get("partitions"))
                                    .hasSize(PARTITIONS));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
        }
    }
}
