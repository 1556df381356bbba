package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LagOwnersIT extends BrokerBacked {

    @Test
    void sampleWhenGroupDoesNotExistShowsAllPartitionsUnownedWithoutComplaint(CapturedOutput output) {
        broker.createTopic(topic, 3);
        LagSampler sampler = sampler(topic);

        assertThat(sample(sampler).unownedPartitions()).isEqualTo(3);
        sampleAgain(sampler);
        assertThat(output.getAll().lines().filter(line -> line.contains(group)))
                .noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void sampleWhenMemberJoinsAndLeavesShowsOwnerAndThenNone(String protocol) {
        broker.createTopic(topic, 2);
        LagSampler sampler = sampler(topic);
        assertThat(sample(sampler).unownedPartitions()).isEqualTo(2);

        KafkaConsumer<byte[], byte[]> consumer = broker.consumer(group, protocol, "intake-" + suffix);
        consumer.subscribe(List.of(topic));
        await().pollInSameThread().until(() -> {
            consumer.poll(Duration.ofMillis(50));
            return sampler.latest().unownedPartitions() == 0;
        });
        assertThat(sampler.latest().partitions())
                .hasSize(2)
                .allSatisfy(lag -> assertThat(lag.owner()).isEqualTo("intake-" + suffix + "@127.0.0.1"));

        consumer.close();
        await().until(() -> sampler.latest().unownedPartitions() == 2);
        assertThat(sampler.latest().partitions())
                .allSatisfy(lag -> assertThat(lag.owner()).isNull());
    }

    @Test
    void sampleWhenClassicGroupRebalancesKeepsOwnersWhoAreStillMembers() {
        broker.createTopic(topic, 2);
        LagSampler sampler = sampler(topic);
        sample(sampler);
        KafkaConsumer<byte[], byte[]> first = broker.consumer(group, "classic", "first");
        first.subscribe(List.of(topic));
        await().pollInSameThread().until(() -> {
            first.poll(Duration.ofMillis(50));
            return sampler.latest().unownedPartitions() == 0;
        });

        // The rebalance lasts as long as the first member does not come back to its poll.
        KafkaConsumer<byte[], byte[]> second = broker.consumer(group, "classic", "second");
        second.subscribe(List.of(topic));
        await().pollInSameThread().until(() -> {
            second.poll(Duration.ofMillis(50));
            return groupState().equals("PreparingRebalance");
        });
        sampleAgain(sampler);
        assertThat(groupState()).isEqualTo("PreparingRebalance");
        assertThat(sampler.latest().partitions())
                .allSatisfy(lag -> assertThat(lag.owner()).startsWith("first@"));

        await().pollInSameThread().until(() -> {
            first.poll(Duration.ofMillis(50));
            second.poll(Duration.ofMillis(50));
            return sampler.latest().partitions().stream()
                    .map(PartitionLag::owner)
                    .anyMatch(owner -> owner != null && owner.startsWith("second@"));
        });
    }

    private String groupState() {
        return LagBroker.get(
                        broker.admin().describeConsumerGroups(List.of(group)).all())
                .get(group)
                .groupState()
                .toString();
    }
}
