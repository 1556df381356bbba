package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LagSamplerIT extends BrokerBacked {

    @Test
    void sampleWhenRecordsAreProducedAndCommittedAgreesWithAdmin() {
        broker.createTopic(topic, 2);
        broker.produce(topic, 0, 10);
        broker.produce(topic, 1, 20);
        broker.commit(group, topic, 0, 4);
        broker.commit(group, topic, 1, 20);

        LagSnapshot snapshot = sample(sampler(topic));

        assertThat(snapshot.groupId()).isEqualTo(group);
        assertThat(snapshot.measuredAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(snapshot.totalLag()).isEqualTo(6);
        assertThat(snapshot.partitions())
                .containsExactly(
                        new PartitionLag(topic, 0, null, 0L, end(0), committed(0), 6L, null, 0L, 4L),
                        new PartitionLag(topic, 1, null, 0L, end(1), committed(1), 0L, 0.0, 0L, 20L));
        assertThat(snapshot.maxBehindSeconds()).isNull();
    }

    @Test
    void sampleWhenPartitionWasNeverCommittedCountsFromLogStart() {
        broker.createTopic(topic, 1);
        broker.produce(topic, 0, 10);
        LagBroker.get(broker.admin()
                .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(3)))
                .all());

        assertThat(sample(sampler(topic)).partitions())
                .containsExactly(new PartitionLag(topic, 0, null, 3L, 10L, null, 7L, null, 0L, 0L));
    }

    @Test
    void sampleWhenRecordsAreCommittedWhileItIsTakenNeverShowsCommitBeyondEnd() {
        broker.createTopic(topic, 1);
        // The world moves on between any two questions.
        Admin moving = Intercepted.admin(broker.admin(), method -> {
            if (method.equals("listOffsets") || method.equals("listConsumerGroupOffsets")) {
                broker.produce(topic, 0, 10);
                broker.commit(group, topic, 0, end(0));
            }
        });

        LagSampler sampler = start(sampler(moving, List.of(topic), IsolationLevel.READ_UNCOMMITTED, List.of()));

        PartitionLag lag = sample(sampler).partitions().get(0);
        assertThat(lag.committed()).isLessThan(lag.logEnd());
        assertThat(lag.lag()).isEqualTo(lag.logEnd() - lag.committed()).isPositive();
    }

    @Test
    void sampleWhenTopicIsMissingShowsTheOthersAndSaysSoOnce(CapturedOutput output) {
        String late = "late-" + suffix;
        broker.createTopic(topic, 1);
        broker.produce(topic, 0, 5);
        LagSampler sampler = sampler(topic, late);

        assertThat(sample(sampler).partitions()).hasSize(1);
        assertThat(sampler.latest().totalLag()).isEqualTo(5);
        sampleAgain(sampler);
        broker.createTopic(late, 1);
        await().until(() -> sampler.latest().partitions().size() == 2);
        sampleAgain(sampler);

        assertThat(lines(output, group))
                .satisfiesExactly(
                        line -> assertThat(line).contains("WARN", "lacks topic " + late + ": does not exist"),
                        line -> assertThat(line).contains("INFO", "has topic " + late + " again"));
    }

    @Test
    void sampleWhenACommitLiesBeyondTheLogsEndKnowsNoLagAndSaysSoOnce(CapturedOutput output) {
        broker.createTopic(topic, 1);
        broker.produce(topic, 0, 500);
        broker.commit(group, topic, 0, 999_999);
        LagSampler sampler = sampler(topic);

        PartitionLag lag = sample(sampler).partitions().get(0);
        assertThat(lag.lag()).isNull();
        assertThat(lag.committed()).isNull();
        assertThat(lag.behindSeconds()).isNull();
        assertThat(sampler.latest().maxBehindSeconds()).isNull();
        sampleAgain(sampler);

        assertThat(lines(output, group))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("WARN", "beyond the log's end", "[0]"));
    }

    @Test
    void sampleWhenTransactionIsOpenEndsWhereTheIsolationLevelLetsTheGroupRead() {
        broker.createTopic(topic, 1);
        LagSampler uncommitted = sampler(topic);
        LagSampler committed = start(sampler(broker.admin(), List.of(topic), IsolationLevel.READ_COMMITTED, List.of()));
        KafkaProducer<byte[], byte[]> producer =
                broker.producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "tx-" + suffix));
        producer.initTransactions();
        producer.beginTransaction();
        for (int i = 0; i < 5; i++) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[] {1}));
        }
        producer.flush();

        awaitLag(uncommitted, 5);
        sampleAgain(committed);
        assertThat(committed.latest().totalLag()).isZero();
        assertThat(committed.latest().partitions().get(0).logEnd()).isZero();
        assertThat(committed.latest().partitions().get(0).heldBack()).isEqualTo(5);
        assertThat(uncommitted.latest().partitions().get(0).heldBack()).isZero();

        producer.commitTransaction();
        // Five records, and the marker that ends the transaction.
        awaitLag(committed, 6);
        assertThat(committed.latest().partitions().get(0).heldBack()).isZero();
    }

    @Test
    void sampleWhenGroupFallsBehindTellsForHowLong() {
        broker.createTopic(topic, 1);
        broker.commit(group, topic, 0, 0);
        LagSampler sampler = sampler(topic);
        assertThat(sample(sampler).maxBehindSeconds()).isEqualTo(0.0);

        Instant before = sampler.latest().measuredAt();
        broker.produce(topic, 0, 10);
        sampleAgain(sampler);
        Instant after = sampler.latest().measuredAt();
        await().until(() -> sampler.latest().measuredAt().isAfter(after.plusSeconds(1)));
        LagSnapshot snapshot = sampler.latest();
        // The end passed the commit at some time from the last sample before the writing to the first one after it,
        // however far apart they are on a busy machine.
        double least = Duration.between(after, snapshot.measuredAt()).toNanos() / 1e9 - 0.001;
        double most = Duration.between(before, snapshot.measuredAt()).toNanos() / 1e9 + 0.001;
        assertThat(snapshot.maxBehindSeconds()).isBetween(least, most);
        assertThat(snapshot.partitions().get(0).behindSeconds()).isEqualTo(snapshot.maxBehindSeconds());

        broker.commit(group, topic, 0, 10);
        awaitLag(sampler, 0);
        assertThat(sampler.latest().maxBehindSeconds()).isEqualTo(0.0);
    }

    @Test
    void sampleWhenPartitionIsAddedShowsItWithItsDelayFromTheBeginning() {
        broker.createTopic(topic, 1);
        LagSampler sampler = sampler(topic);
        sample(sampler);

        broker.growTopic(topic, 2);
        broker.produce(topic, 1, 10);
        awaitLag(sampler, 10);

        PartitionLag added = sampler.latest().partitions().get(1);
        assertThat(added.lag()).isEqualTo(10);
        assertThat(added.behindSeconds()).isNotNull().isLessThan(30);
    }

    @Test
    void sampleWhenTopicIsCreatedAgainMeasuresTheNewLog() {
        broker.createTopic(topic, 1);
        broker.produce(topic, 0, 3);
        LagSampler sampler = sampler(topic);
        sample(sampler);

        LagBroker.get(broker.admin().deleteTopics(List.of(topic)).all());
        await().until(() -> sampler.latest().partitions().isEmpty());
        assertThat(sampler.latest().totalLag()).isZero();
        await().ignoreExceptions().untilAsserted(() -> broker.createTopic(topic, 1));
        broker.produce(topic, 0, 2);

        awaitLag(sampler, 2);
    }

    private Long committed(int partition) {
        OffsetAndMetadata commit = LagBroker.get(
                        broker.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, partition));
        return commit.offset();
    }
}
