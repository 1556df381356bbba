package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** Stops and kills at awkward moments: nothing is lost, nothing is counted twice. */
class RestartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void partitionsAddedWhileTheServiceIsStoppedAreCountedFromTheirFirstRecord() {
        broker.createTopic("stopped", 2);
        Map<String, String> properties = Service.properties(broker, "stopped", directory);
        properties.put("intake.initial-position", "latest");
        try (Service service = Service.start(properties)) {
            broker.write("stopped", 0, Exposures.events("before", 0, 30));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("before")).isEqualTo(30));
        }

        broker.write("stopped", 1, Exposures.events("meanwhile", 0, 40));
        broker.growTopic("stopped", 3);
        broker.write("stopped", 2, Exposures.events("added", 0, 50));

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(service.counted("meanwhile")).isEqualTo(40);
                assertThat(service.counted("added")).isEqualTo(50);
            });
            assertThat(service.counted("before")).isEqualTo(30);
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            JsonNode partitions = service.actuator("assignment").get("partitions");
            assertThat(partitions.get(0).get("startReason").asString()).isEqualTo("RESUMED");
            assertThat(partitions.get(2).get("startReason").asString()).isEqualTo("NEW_PARTITION");
        }
    }

    @Test
    void nothingIsCountedTwiceWhenKilledBetweenDatabaseCommitAndKafkaCommit() {
        broker.createTopic("killed", 1);
        Map<String, String> properties = Service.properties(broker, "killed", directory);
        try (Service service = Service.start(properties, DiesAfterWrite.class)) {
            broker.write("killed", 0, Exposures.events("killed", 0, 100));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("killed")).isEqualTo(100));
        }
        // Counted, and Kafka does not know it: the state that a kill between the two commits leaves behind.
        assertThat(broker.committed("killed", "killed", 0)).isZero();

        try (Service service = Service.start(properties)) {
            broker.write("killed", 0, Exposures.events("killed", 100, 5));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("killed")).isEqualTo(105));
            assertThat(service.actuator("assignment")
                            .get("partitions")
                            .get(0)
                            .get("startOffset")
                            .asLong())
                    .as("starts at the stored position, not at the commit")
                    .isEqualTo(100);
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
        }
    }

    @Test
    void recordsReadAgainAreNotCountedAgainWhenTheAnswerOfTheWriteWasLost() {
        broker.createTopic("answer", 1);
        try (Service service = Service.start(Service.properties(broker, "answer", directory), LosesFirstAnswer.class)) {
            broker.write("answer", 0, Exposures.events("answer", 0, 100));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                            .isPositive());
            broker.write("answer", 0, Exposures.events("answer", 100, 1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("answer")).isEqualTo(101));
        }
    }

    private static boolean hasRecords(List<PartitionRecords<Exposure>> poll) {
        return poll.stream().anyMatch(records -> records.size() > 0);
    }

    /** Never gets beyond a write: the offsets are never committed to Kafka. */
    @Configuration
    static class DiesAfterWrite {

        @Bean
        static BeanPostProcessor diesAfterWrite() {
            return SinkWrapper.around(sink -> poll -> {
                DeliveryResult result = sink.deliver(poll);
                if (hasRecords(poll)) {
                    throw new IllegalStateException("killed");
                }
                return result;
            });
        }
    }

    /** Writes records and then fails, the first time. */
    @Configuration
    static class LosesFirstAnswer {

        @Bean
        static BeanPostProcessor losesFirstAnswer() {
            boolean[] lost = {false};
            return SinkWrapper.around(sink -> poll -> {
                DeliveryResult result = sink.deliver(poll);
                if (!lost[0] && hasRecords(poll)) {
                    lost[0] = true;
                    throw new IllegalStateException("answer lost");
                }
                return result;
            });
        }
    }

    /** Puts the test's own write around that of the real sink. */
    record SinkWrapper(Delivery sink, Write write) implements Delivery {

        interface Write {
            DeliveryResult deliver(List<PartitionRecords<Exposure>> poll);
        }

        interface Around {
            Write around(Delivery sink);
        }

        static BeanPostProcessor around(Around around) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof Delivery sink ? new SinkWrapper(sink, around.around(sink)) : bean;
                }
            };
        }

        @Override
        public String type() {
            return sink.type();
        }

        @Override
        public boolean hasResults() {
            return sink.hasResults();
        }

        @Override
        public void actFor(ConsumerGroupMetadata member) {
            sink.actFor(member);
        }

        @Override
        public boolean commitsOffsets() {
            return sink.commitsOffsets();
        }

        @Override
        public boolean servesOneInstance() {
            return sink.servesOneInstance();
        }

        @Override
        public void prepare() {
            sink.prepare();
        }

        @Override
        public DeliveryResult deliver(List<PartitionRecords<Exposure>> poll) {
            return write.deliver(poll);
        }

        /** The test's own write sees a poll without partitions first, and may fail or wait. */
        @Override
        public void store(Collection<PositionChange> changes) {
            write.deliver(List.of());
            sink.store(changes);
        }

        @Override
        public void requireSoleGroup(String clusterId, Collection<String> topics) {
            sink.requireSoleGroup(clusterId, topics);
        }

        @Override
        public void forget(Collection<PartitionId> partitions) {
            sink.forget(partitions);
        }

        @Override
        public Map<PartitionId, Position> positions(String clusterId, Collection<PartitionId> partitions) {
            return sink.positions(clusterId, partitions);
        }
    }
}
