package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LogEnds;
import dev.exposure.intake.testing.Slow;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Answers;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

@Slow
class LagConfigurationTests {

    private final ApplicationContextRunner contexts = new ApplicationContextRunner().withUserConfiguration(Beans.class);

    @Test
    void startWhenGroupAndTopicsAreSetSamplesThese() {
        contexts.withPropertyValues("spring.kafka.consumer.group-id=g", "intake.topics=a,b")
                .run(context -> {
                    Admin admin = context.getBean(Admin.class);
                    verify(admin, timeout(30_000).atLeastOnce())
                            .listConsumerGroupOffsets(eq("g"), any(ListConsumerGroupOffsetsOptions.class));
                    verify(admin, timeout(30_000).atLeastOnce())
                            .describeTopics(eq(Set.of("a", "b")), any(DescribeTopicsOptions.class));
                });
    }

    @ParameterizedTest
    @EnumSource(IsolationLevel.class)
    void startWhenConsumersHaveIsolationLevelMeasuresLogEndsWithIt(IsolationLevel level) {
        contexts.withPropertyValues(
                        "spring.kafka.consumer.group-id=g", "spring.kafka.consumer.isolation-level=" + level.toString())
                .run(context -> {
                    ArgumentCaptor<ListOffsetsOptions> options = ArgumentCaptor.forClass(ListOffsetsOptions.class);
                    verify(context.getBean(Admin.class), timeout(30_000).atLeastOnce())
                            .listOffsets(anyMap(), options.capture());
                    assertThat(options.getValue().isolationLevel()).isEqualTo(level);
                });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(KafkaProperties.class)
    @Import(LagConfiguration.class)
    static class Beans {

        @Bean
        Admin intakeAdmin() {
            return mock(Admin.class, Answers.RETURNS_DEEP_STUBS);
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
        Assignment assignmentBook(Clock clock) {
            return new Assignment(clock);
        }

        @Bean
        LogEnds logEnds() {
            return new LogEnds();
        }
    }
}
