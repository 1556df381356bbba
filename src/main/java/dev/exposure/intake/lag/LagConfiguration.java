package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.cluster.PartitionSample;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LogEnds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the sampler to the group, the topics and the isolation level that the consumers use. */
@AutoConfiguration
@EnableConfigurationProperties({IntakeProperties.class, LagProperties.class})
class LagConfiguration {

    @Bean
    LagMeters intakeLagMeters(MeterRegistry registry, Clock clock, Assignment assignment) {
        LagMeters meters = new LagMeters(registry, clock, assignment::ids);
        assignment.onChange(meters::refresh); // a partition that is gone must not show until the next sample
        return meters;
    }

    @Bean
    LagSampler intakeLagSampler(
            @Qualifier("intakeAdmin") Admin admin,
            ConsumerGroup group,
            IntakeProperties intake,
            KafkaSettings kafka,
            LagProperties properties,
            Clock clock,
            LagMeters meters,
            LogEnds ends) {
        List<Consumer<LagSnapshot>> listeners = List.of(meters::sampled);
        LagSampler sampler = new LagSampler(
                admin,
                group.id(),
                intake.topics(),
                isolation(kafka.consumer()),
                properties.interval(),
                clock,
                listeners);
        sampler.onReading(reading -> reading.partitions().forEach(partition -> note(partition, ends)));
        return sampler;
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
