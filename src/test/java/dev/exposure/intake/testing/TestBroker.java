package dev.exposure.intake.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real KRaft broker in this JVM, and short ways to do to it what a Kafka team does. */
public final class TestBroker implements AutoCloseable {

    private static final long WAIT_SECONDS = 30;

    private final KafkaClusterTestKit broker;
    private final Admin admin;
    private @Nullable KafkaProducer<byte[], byte[]> writer;
    private boolean closed;

    private TestBroker(KafkaClusterTestKit broker) {
        this.broker = broker;
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    /**
     * The broker that all tests of this JVM share, each with topics and groups of its own names. Nobody closes it or changes
     * its configuration; a test that has to starts one of its own. It ends with the JVM.
     */
    public static TestBroker shared() {
        return Shared.BROKER;
    }

    /** Starts a broker that rebalances without delay and never creates topics by itself. */
    public static TestBroker start() {
        return start(Map.of());
    }

    /** Starts a broker with further broker properties. */
    public static TestBroker start(Map<String, String> properties) {
        return new TestBroker(TestCluster.start(1, properties));
    }

    /** Starts a broker whose clients, but for this one's own, come through the proxy. */
    public static TestBroker startBehind(KafkaProxy proxy, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(proxy.brokerProperties());
        TestBroker broker = start(all);
        proxy.open(broker.broker.brokers().get(0).socketServer());
        return broker;
    }

    /** Starts two brokers, so that partitions can be moved from one to the other. */
    public static TestBroker startTwo() {
        return new TestBroker(TestCluster.start(2, Map.of()));
    }

    /** Addresses of the broker. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Admin client of this broker. */
    public Admin admin() {
        return admin;
    }

    /** File of the partition's records on the disk of the first broker, as long as it has only one. */
    public Path log(String topic, int partition) {
        String directory = broker.nodes().brokerNodes().get(0).logDataDirectories().stream()
                .findFirst()
                .orElseThrow();
        return Path.of(directory, topic + "-" + partition, "00000000000000000000.log");
    }

    /** Creates a topic and its dead-letter topic. */
    public void createTopic(String topic, int partitions) {
        createBareTopic(topic, partitions);
        createBareTopic(topic + ".dlt", 1);
    }

    /** Creates a topic without a dead-letter topic. */
    public void createBareTopic(String topic, int partitions) {
        await(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all());
    }

    /** Creates a topic of one partition with this configuration. */
    public void createTopic(String topic, Map<String, String> configuration) {
        await(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configuration)))
                .all());
    }

    /** Changes one setting of a topic. */
    public void configure(String topic, String name, String value) {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        await(admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all());
    }

    /** Deletes a topic. */
    public synchronized void deleteTopic(String topic) {
        // What it knows of the topic would be of the deleted one.
        closeWriter();
        await(admin.deleteTopics(Set.of(topic)).all());
    }

    /** Grows a topic to this many partitions. */
    public void growTopic(String topic, int partitions) {
        await(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** Writes the values to the partition, acknowledged when this returns. */
    public synchronized void write(String topic, int partition, List<byte[]> values) {
        KafkaProducer<byte[], byte[]> producer = writer;
        if (producer == null) {
            // Nothing goes until the flush, so that they are one batch however slowly they are handed over.
            producer = producer(60_000);
            writer = producer;
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (byte[] value : values) {
            sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
        }
        producer.flush();
        sent.forEach(TestBroker::await);
    }

    private synchronized void closeWriter() {
        if (writer != null) {
            writer.close(Duration.ofSeconds(5));
            writer = null;
        }
    }

    /**
     * Moves the partition to the other one of two brokers: what is written from now on has a higher leader epoch than what
     * was written before.
     */
    public void moveLeader(String topic, int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        int to = 1 - leader(id);
        await(admin.alterPartitionReassignments(Map.of(id, Optional.of(new NewPartitionReassignment(List.of(to)))))
                .all());
        Awaitility.await(id + " on broker " + to).until(() -> leader(id) == to);
    }

    private int leader(TopicPartition partition) {
        return await(admin.describeTopics(List.of(partition.topic())).allTopicNames())
                .get(partition.topic())
                .partitions()
                .get(partition.partition())
                .leader()
                .id();
    }

    /** Leader epoch of the partition now. */
    public int leaderEpoch(String topic, int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        return await(admin.listOffsets(Map.of(id, OffsetSpec.latest())).partitionResult(id))
                .leaderEpoch()
                .orElseThrow();
    }

    /** Deletes the records of the partition below the offset, as retention does. */
    public void deleteRecords(String topic, int partition, long beforeOffset) {
        await(admin.deleteRecords(
                        Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(beforeOffset)))
                .all());
    }

    /** All records that the topic's first partition holds now. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** A new producer; the caller closes it. */
    public KafkaProducer<byte[], byte[]> producer() {
        return producer(5);
    }

    /** A new producer with further properties; the caller closes it. */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> further) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // One at a time: a partition that is just being created may refuse a request and take the next.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.putAll(further);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaProducer<byte[], byte[]> producer(int lingerMillis) {
        return producer(Map.of(ProducerConfig.LINGER_MS_CONFIG, lingerMillis));
    }

    /** A new producer that writes in transactions and may begin one; the caller closes it. */
    public KafkaProducer<byte[], byte[]> transactionalProducer(String id) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    /** How many members the group has. */
    public int members(String group) {
        return await(admin.describeConsumerGroups(List.of(group)).all())
                .get(group)
                .members()
                .size();
    }

    /** Instance ids of the group's static members. */
    public List<String> instanceIds(String group) {
        return await(admin.describeConsumerGroups(List.of(group)).all()).get(group).members().stream()
                .flatMap(member -> member.groupInstanceId().stream())
                .toList();
    }

    /** Offset after the last record of the partition, markers of transactions included. */
    public long end(String topic, int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        return await(admin.listOffsets(Map.of(id, OffsetSpec.latest())).partitionResult(id))
                .offset();
    }

    /** Offset that the group has committed for the partition, or null for none. */
    public Long committed(String group, String topic, int partition) {
        OffsetAndMetadata commit = commit(group, topic, partition);
        return commit == null ? null : commit.offset();
    }

    /** What the group has committed for the partition, or null for nothing. */
    public @Nullable OffsetAndMetadata commit(String group, String topic, int partition) {
        return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, partition));
    }

    /** Commits for the group as a tool does, which works while the group has no members. */
    public void commit(String group, String topic, int partition, OffsetAndMetadata offset) {
        await(admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, partition), offset))
                .all());
    }

    /** The group as a transaction names it that is of no member, which brokers take while the group has none. */
    public ConsumerGroupMetadata groupWithoutMember(String group) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.groupMetadata();
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Stops it; once stopped, it does nothing. */
    @Override
    public void close() {
        if (closed) {
            return; // Kafka's cluster can't be closed twice
        }
        closed = true;
        closeWriter();
        admin.close(Duration.ofSeconds(5));
        try {
            broker.close();
        } catch (Exception ex) {
            throw new IllegalStateException("The broker does not stop", ex);
        }
    }

    private static final class Shared {

        static final TestBroker BROKER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close));
        }
    }
}
