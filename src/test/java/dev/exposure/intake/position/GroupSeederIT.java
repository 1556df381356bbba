package dev.exposure.intake.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.outage.MissingTopics;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FakeDelivery;
import dev.exposure.intake.testing.MutableClock;
import dev.exposure.intake.testing.TestBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The initial position is resolved once, for every partition, and committed while that is still allowed. */
class GroupSeederIT {

    private static final Instant NOW = MutableClock.START;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final TestBroker broker = TestBroker.shared();
    private static int number;

    private final MutableClock clock = new MutableClock();
    private final FakeDelivery sink = new FakeDelivery();
    private final PendingSeeds pendingSeeds = new PendingSeeds();
    private final EventLog events = new EventLog(clock);
    private String topic;

    /** A topic of three partitions: records of three hours, one of an hour, and none; its group has the same name. */
    @BeforeEach
    void createTopic(TestInfo test) {
        topic = "seed-" + ++number;
        broker.createBareTopic(topic, 3);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int minutes = 180; minutes >= 10; minutes -= 10) {
                producer.send(record(0, NOW.minus(Duration.ofMinutes(minutes))));
            }
            producer.send(record(1, NOW.minus(Duration.ofMinutes(60))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "earliest,                  0, 0, 0",
        "latest,                   18, 1, 0",
        "PT1H,                     12, 0, 0",
        "59m,                      13, 1, 0",
        "P1D,                       0, 0, 0",
        "2026-11-22T08:00:00Z,      6, 0, 0",
        "2026-11-22T17:30:00+08:00, 15, 1, 0",
        "2026-11-22T10:00:00Z,     18, 1, 0"
    })
    void groupOnItsFirstStartIsPinnedInEveryPartition(String position, long first, long second, long third) {
        seeder(position).seed();

        assertThat(committed()).isEqualTo(Map.of(0, first, 1, second, 2, third));
        ClusterReader reader = reader();
        LogId log = reader.topics(List.of(topic), deadline()).log(topic);
        assertThat(reader.committed(deadline()).values())
                .extracting(CommittedOffset::metadata)
                .containsOnly(new CommitMetadata(log, true));
    }

    @Test
    void groupWhenSeededAgainStaysWhereItWas() {
        seeder("latest").seed();

        seeder("earliest").seed();

        assertThat(committed()).isEqualTo(Map.of(0, 18L, 1, 1L, 2, 0L));
    }

    @Test
    void groupWhenOnlyTheSinkKnowsItIsNotSeeded() {
        sink.store(new PartitionId(topic, 1), new Position(new LogId("cluster", "topic"), 1, 0));

        seeder("latest").seed();

        assertThat(committed()).isEmpty();
    }

    @Test
    void partitionWhenAddedAfterTheFirstStartIsNotSeededAndIsNews() {
        GroupSeeder seeder = seeder("latest");
        seeder.seed();
        broker.growTopic(topic, 4);

        await().untilAsserted(() -> {
            seeder.seed();
            assertThat(events.snapshot())
                    .filteredOn(event -> event.type() == EventType.NEW_PARTITION)
                    .extracting(IntakeEvent::partition)
                    .containsExactly(3);
        });
        assertThat(committed()).containsOnlyKeys(0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupWhenActiveAndUnawareOfTheTopicIsPinnedForTheOwnerToCommit(String protocol) {
        try (KafkaConsumer<byte[], byte[]> member = member(protocol)) {
            await().pollInSameThread().until(() -> {
                member.poll(Duration.ofMillis(50));
                return !member.assignment().isEmpty();
            });

            seeder("latest").seed();

            assertThat(committed()).as("the broker refuses").isEmpty();
            LogId log = reader().topics(List.of(topic), deadline()).log(topic);
            assertThat(pendingSeeds.find(new PartitionId(topic, 0), log).nextOffset())
                    .isEqualTo(18);
            assertThat(pendingSeeds.find(new PartitionId(topic, 1), log).nextOffset())
                    .isEqualTo(1);
            assertThat(pendingSeeds.find(new PartitionId(topic, 2), log).nextOffset())
                    .isZero();
        }
    }

    @Test
    void topicWhenMissingIsSaidAndTheOthersAreSeededAndWhenItIsCreatedLaterAllOfItIsNew() {
        String late = topic + "-late";
        GroupSeeder seeder =
                seeder(new IntakeProperties(List.of(topic, late), InitialPosition.of("latest"), Duration.ofSeconds(3)));

        assertThat(seeder.seed()).isTrue();

        assertThat(committed()).isEqualTo(Map.of(0, 18L, 1, 1L, 2, 0L));
        assertThat(events.snapshot())
                .filteredOn(event -> event.type() == EventType.TOPIC_MISSING)
                .extracting(IntakeEvent::topic)
                .containsExactly(late);

        broker.createBareTopic(late, 1);
        broker.write(late, 0, List.of(new byte[] {1}));
        await().untilAsserted(() -> {
            seeder.seed();
            assertThat(events.snapshot())
                    .filteredOn(event -> event.type() == EventType.TOPIC_FOUND)
                    .extracting(IntakeEvent::topic)
                    .containsExactly(late);
        });
        assertThat(reader().committed(deadline()).keySet())
                .as("without a commit it is read from its first record, though new groups start at the end")
                .extracting(PartitionId::topic)
                .containsOnly(topic);
    }

    @Test
    void seedingWhenNoTopicExistsWaits() {
        GroupSeeder seeder =
                seeder(new IntakeProperties(List.of("missing"), InitialPosition.of("latest"), Duration.ofSeconds(3)));

        assertThat(seeder.seed()).isFalse();
    }

    @Test
    void seedsCarryTheLeaderEpochByWhichALaterTruncationIsFound() {
        seeder("latest").seed();

        assertThat(reader().committed(deadline()).values())
                .extracting(CommittedOffset::leaderEpoch)
                .containsOnly(0);
    }

    private KafkaConsumer<byte[], byte[]> member(String protocol) {
        KafkaConsumer<byte[], byte[]> member = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        topic,
                        "group.protocol",
                        protocol,
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        member.subscribe(List.of(topic));
        return member;
    }

    private GroupSeeder seeder(String position) {
        return seeder(new IntakeProperties(List.of(topic), InitialPosition.of(position), Duration.ofSeconds(3)));
    }

    private GroupSeeder seeder(IntakeProperties properties) {
        DiscoveredPartitions discovered = new DiscoveredPartitions(clock, events);
        MissingTopics missingTopics = new MissingTopics(new Outages(events, clock), new SimpleMeterRegistry());
        return new GroupSeeder(
                broker.admin(),
                reader(),
                TIMEOUT,
                topic,
                properties,
                sink,
                discovered,
                missingTopics,
                pendingSeeds,
                events,
                clock);
    }

    private static Deadline deadline() {
        return new Deadline(TIMEOUT);
    }

    private ClusterReader reader() {
        return new ClusterReader(broker.admin(), topic, System::nanoTime);
    }

    private Map<Integer, Long> committed() {
        Map<Integer, Long> committed = new TreeMap<>();
        reader().committed(deadline())
                .forEach((partition, offset) -> committed.put(partition.partition(), offset.offset()));
        return committed;
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Instant at) {
        return new ProducerRecord<>(topic, partition, at.toEpochMilli(), null, new byte[] {1});
    }
}
