package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.FakeCluster;
import dev.exposure.intake.position.LogEnds;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestScheduler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

@Slow
class LagConfigurationTests {

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withUserConfiguration(Beans.class)
            .withPropertyValues("spring.kafka.consumer.group-id=" + FakeCluster.GROUP);

    @Test
    void startWhenTopicsAreSetSamplesThese() {
        contexts.withPropertyValues("intake.topics=a,b")
                .run(context -> await().untilAsserted(() -> assertThat(
                                context.getBean(LagSource.class).latest().partitions())
                        .extracting(PartitionLag::topic)
                        .containsExactly("a", "b")));
    }

    @ParameterizedTest
    @EnumSource(IsolationLevel.class)
    void startWhenConsumersHaveIsolationLevelMeasuresLogEndsWithIt(IsolationLevel level) {
        contexts.withPropertyValues("intake.topics=a", "spring.kafka.consumer.isolation-level=" + level.toString())
                .run(context -> {
                    await().until(() -> context.getBean(LagSource.class).latest() != null);
                    assertThat(context.getBean(Cluster.class).askedForEnds).contains(level);
                });
    }

    /** Cluster with the topics a and b, which remembers by which isolation level the log ends are asked for. */
    static class Cluster extends FakeCluster {

        private final Set<IsolationLevel> askedForEnds = ConcurrentHashMap.newKeySet();

        Cluster() {
            create("a", 1);
            create("b", 1);
        }

        @Override
        public synchronized ListOffsetsResult listOffsets(
                Map<TopicPartition, OffsetSpec> query, ListOffsetsOptions options) {
            if (query.values().stream().anyMatch(OffsetSpec.LatestSpec.class::isInstance)) {
                askedForEnds.add(options.isolationLevel());
            }
            return super.listOffsets(query, options);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({KafkaProperties.class, IntakeProperties.class})
    @Import(LagConfiguration.class)
    static class Beans {

        @Bean
        Cluster intakeAdmin() {
            return new Cluster();
        }

        @Bean
        ClusterReader clusterReader(Cluster admin) {
            return admin.reader();
        }

        @Bean
        ClusterSampler clusterSampler(
                ClusterReader cluster, IntakeProperties properties, TestScheduler intakeTaskScheduler) {
            return new ClusterSampler(
                    cluster,
                    new BrokerAddresses(HashMap::new, List.of(), System::nanoTime),
                    properties.topics(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    intakeTaskScheduler);
        }

        @Bean
        TestScheduler intakeTaskScheduler() {
            return new TestScheduler();
        }

        @Bean
        KafkaSettings kafkaSettings(KafkaProperties properties, Environment environment) {
            return new KafkaSettings(properties, () -> List.of("localhost:9092"), environment);
        }

        @Bean
        ConsumerGroup consumerGroup(KafkaSettings settings) {
            return new ConsumerGroup(settings.groupId());
        }

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        Assignment assignment(Clock clock) {
            return new Assignment(clock);
        }

        @Bean
        LogEnds logEnds() {
            return new LogEnds();
        }
    }
}
