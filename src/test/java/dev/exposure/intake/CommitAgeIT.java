package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.MutableClock;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Commits of partitions that nothing is written to stay young and are this service's own. */
class CommitAgeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final MutableClock CLOCK = new MutableClock();
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void commitOfAnIdlePartitionIsMadeAnewWhenItIsADayOld(String protocol) {
        String topic = "idle-" + protocol;
        broker.createTopic(topic, 2);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        try (Service service = Service.start(properties, SetClock.class)) {
            broker.write(topic, 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            awaitCommits(topic, 0, 1);
            awaitCommits(topic, 1, 2); // that of the first start, and that of the assignment
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(topic, topic, 0)).isEqualTo(10));
            Map<TopicPartition, Integer> before = commits(topic);
            OffsetAndMetadata read = broker.commit(topic, topic, 0);
            OffsetAndMetadata seed = broker.commit(topic, topic, 1);
            assertThat(read.offset()).isEqualTo(10);
            assertThat(seed.offset()).isZero();

            CLOCK.advance(Duration.ofHours(24));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(commits(topic))
                            .isEqualTo(Map.of(
                                    new TopicPartition(topic, 0),
                                    before.get(new TopicPartition(topic, 0)) + 1,
                                    new TopicPartition(topic, 1),
                                    before.get(new TopicPartition(topic, 1)) + 1)));
            assertThat(broker.commit(topic, topic, 0)).isEqualTo(read);
            assertThat(broker.commit(topic, topic, 1)).isEqualTo(seed);
        }
    }

    @Test
    void commitOfAnotherToolIsReplacedSoonAfterTheStartWhenTheStoredPositionWins() {
        broker.createTopic("tool", 1);
        Map<String, String> properties = Service.properties(broker, "tool", directory);
        try (Service service = Service.start(properties)) {
            broker.write("tool", 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(broker.committed("tool", "tool", 0)).isEqualTo(10));
        }
        OffsetAndMetadata ours = broker.commit("tool", "tool", 0);
        broker.commit("tool", "tool", 0, new OffsetAndMetadata(4, Optional.empty(), "moved"));

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.commit("tool", "tool", 0)).isEqualTo(ours));
            assertThat(ours.leaderEpoch()).isPresent();
            assertThat(service.counted("ad")).isEqualTo(10);
        }
    }

    /** Waits for so many commits, while a little time passes. */
    private static void awaitCommits(String group, int partition, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            CLOCK.advance(Duration.ofSeconds(1));
            assertThat(commits(group).getOrDefault(new TopicPartition(group, partition), 0))
                    .isGreaterThanOrEqualTo(count);
        });
    }

    /** Commits that the broker has ever written down for the group, by partition. */
    private static Map<TopicPartition, Integer> commits(String group) {
        Map<TopicPartition, Integer> commits = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.read("__consumer_offsets")) {
            ByteBuffer key = ByteBuffer.wrap(record.key());
            boolean isCommit = key.getShort() <= 1;
            if (isCommit && record.value() != null && text(key).equals(group)) {
                commits.merge(new TopicPartition(text(key), key.getInt()), 1, Integer::sum);
            }
        }
        return commits;
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getShort()];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Clock that only this test moves. */
    static class SetClock {

        @Bean
        @Primary
        static Clock setClock() {
            return CLOCK;
        }

        @Bean
        static LongSupplier intakeNanoTime() {
            return CLOCK::nanoTime;
        }
    }
}
