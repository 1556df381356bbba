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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * A pause that ends wakes the consumer. In the middle of a rebalance callback that keeps the container from telling anybody of the
 * partitions that it brings; they are read all the same.
 */
class WakeupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void partitionsAreReadThoughTheCallbackThatBringsThemIsBrokenOff() throws Exception {
        String topic = "woken";
        broker.createTopic(topic, 2);
        broker.write(topic, 0, Exposures.events("ad", 0, 10));
        broker.write(topic, 1, Exposures.events("ad", 100, 10));
        Map<String, String> properties = Service.properties(broker, topic, directory);
        AtomicBoolean waking = new AtomicBoolean(true);
        try (KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            // Where an offset depends on a transaction that is open, the client's question for the position takes long.
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topic, 1), new OffsetAndMetadata(0)), broker.groupWithoutMember(topic));
            try (Service service = Service.start(properties)) {
                MessageListenerContainer container = Objects.requireNonNull(
                        service.bean(KafkaListenerEndpointRegistry.class).getListenerContainer(ListenerContainer.ID));
                Thread waker = new Thread(() -> {
                    while (waking.get()) {
                        container.resumePartition(new TopicPartition(topic, 0));
                        LockSupport.parkNanos(1_000_000);
                    }
                });
                waker.start();
                try {
                    awaitCounted(service, 20);
                } finally {
                    waking.set(false);
                    waker.join();
                    producer.abortTransaction();
                }
                broker.write(topic, 1, Exposures.events("ad", 200, 10));
                awaitCounted(service, 30);
                assertThat(service.actuator("assignment").get("partitions")).hasSize(2);
                assertThat(service.state()).isEqualTo("RUNNING");
            }
        }
    }

    private static void awaitCounted(Service service, long expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(expected));
    }
}
