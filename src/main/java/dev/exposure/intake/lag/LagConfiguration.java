package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LogEnds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.TaskScheduler;

/** Wires the sampler to the group, the topics and the isolation level that the consumers use. */
@AutoConfiguration
@EnableConfigurationProperties(LagProperties.class)
class LagConfiguration {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Bean
    LagMeters intakeLagMeters(MeterRegistry registry, Clock clock, Assignment assignment) {
        LagMeters meters = new LagMeters(registry, clock, assignment::ids);
        assignment.onChange(meters::refresh); // a revoked partition must disappear now, not at the next sample
        return meters;
    }

    @Bean
    LagSampler intakeLagSampler(
            ClusterSampler sampler,
            ClusterReader cluster,
            ConsumerGroup group,
            KafkaSettings kafka,
            LagProperties properties,
            Clock clock,
            Assignment assignment,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler,
            LagMeters meters,
            LogEnds ends) {
        LagReader reader = new LagReader(
                sampler,
                cluster,
                isolation(kafka.consumer()),
                assignment::partitions,
                TIMEOUT,
                properties.interval(),
                clock);
        return new LagSampler(
                group.id(),
                reader,
                properties.interval(),
                scheduler,
                reading -> reading.partitions().forEach(partition -> note(partition, ends)),
                List.of(meters::sampled));
    }

    private static void note(PartitionSample partition, LogEnds ends) {
        LogRange log = partition.log();
        if (log != null && log.leaderEpoch() != null) {
            ends.seen(partition.id(), partition.key().topicId().toString(), log.leaderEpoch(), log.end());
        }
    }

    private static IsolationLevel isolation(Map<String, Object> consumer) {
        Object level = consumer.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG);
        return level == null
                ? IsolationLevel.READ_UNCOMMITTED
                : IsolationLevel.valueOf(level.toString().toUpperCase(Locale.ROOT));
    }
}
