package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.cluster.PartitionSample;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LogEnds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;

/** Wires the sampler to the group, the topics and the isolation level that the consumers use. */
@Configuration(proxyBeanMethods = false)
class LagConfiguration {

    @Bean
    LagMeters lagMeters(MeterRegistry registry, Clock clock, Assignment assignment) {
        LagMeters meters = new LagMeters(registry, clock, assignment::ids);
        assignment.onChange(meters::refresh); // a partition that is gone must not show until the next sample
        return meters;
    }

    @Bean
    LagSampler lagSampler(
            Admin admin,
            @Value("${spring.kafka.consumer.group-id}") String groupId,
            IntakeProperties intake,
            ConsumerFactory<?, ?> consumers,
            LagProperties properties,
            Clock clock,
            LagMeters meters,
            LogEnds ends) {
        List<Consumer<LagSnapshot>> listeners = List.of(meters::sampled);
        LagSampler sampler = new LagSampler(
                admin, groupId, intake.topics(), isolation(consumers), properties.interval(), clock, listeners);
        sampler.onReading(reading -> reading.partitions().forEach(partition -> note(partition, ends)));
        return sampler;
    }

    private static void note(PartitionSample partition, LogEnds ends) {
        LogRange log = partition.log();
        if (log != null && log.leaderEpoch() != null) {
            ends.seen(partition.id(), partition.key().topicId().toString(), log.leaderEpoch(), log.end());
        }
    }

    private static IsolationLevel isolation(ConsumerFactory<?, ?> consumers) {
        Object level = consumers.getConfigurationProperties().get(ConsumerConfig.ISOLATION_LEVEL_CONFIG);
        return level == null
                ? IsolationLevel.READ_UNCOMMITTED
                : IsolationLevel.valueOf(level.toString().toUpperCase(Locale.ROOT));
    }
}
