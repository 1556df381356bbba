package dev.exposure.intake.faults;

import dev.exposure.intake.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * A Kafka cluster of real processes on this machine: brokers 1 to n, and a controller beside them that no fault hits.
 */
final class KafkaCluster implements AutoCloseable {

    private static final int CONTROLLER = 100;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final SortedMap<Integer, KafkaNode> brokers = new TreeMap<>();
    private final KafkaNode controller;
    private final String bootstrapServers;
    private final Admin admin;

    private KafkaCluster(Path directory, int size, Map<String, String> furtherProperties) {
        String clusterId = Uuid.randomUuid().toString();
        int controllerPort = FreePort.next();
        Map<String, String> common = new HashMap<>(Map.of(
                "controller.quorum.voters", CONTROLLER + "@127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "auto.create.topics.enable", "false",
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "3",
                "offsets.topic.replication.factor", String.valueOf(Math.min(size, 3)),
                // A dead broker is noticed in 3 s rather than 9.
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "500"));
        common.putAll(Map.of(
                "transaction.state.log.num.partitions", "3",
                "transaction.state.log.replication.factor", String.valueOf(Math.min(size, 3)),
                "transaction.state.log.min.isr", "1",
                "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"));
        common.putAll(furtherProperties);
        controller = new KafkaNode(
                clusterId,
                CONTROLLER,
                controllerPort,
                directory,
                with(common, "process.roles", "controller", "listeners", "CONTROLLER://127.0.0.1:" + controllerPort));
        int[] ports = IntStream.rangeClosed(1, size).map(id -> FreePort.next()).toArray();
        for (int id = 1; id <= size; id++) {
            int port = ports[id - 1];
            brokers.put(
                    id,
                    new KafkaNode(
                            clusterId,
                            id,
                            port,
                            directory,
                            with(common, "process.roles", "broker", "listeners", "PLAINTEXT://127.0.0.1:" + port)));
        }
        bootstrapServers =
                IntStream.of(ports).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        admin = newAdmin();
    }

    private Admin newAdmin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Starts a cluster of this many brokers, and waits until all are members; its data and logs lie in the directory. */
    static KafkaCluster start(Path directory, int brokers) {
        return start(directory, brokers, Map.of());
    }

    /** Starts a cluster with further properties for all nodes. */
    static KafkaCluster start(Path directory, int brokers, Map<String, String> properties) {
        try {
            Files.createDirectories(directory);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        KafkaCluster cluster = new KafkaCluster(directory, brokers, properties);
        try {
            cluster.controller.start();
            cluster.startBrokers();
            return cluster;
        } catch (RuntimeException | Error ex) {
            cluster.close();
            throw ex;
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Admin admin() {
        return admin;
    }

    /** Broker with this number, from 1. */
    KafkaNode broker(int id) {
        KafkaNode broker = brokers.get(id);
        if (broker == null) {
            throw new IllegalArgumentException("No broker " + id);
        }
        return broker;
    }

    /** Starts a broker that does not run, and waits until it is a member of the cluster again. */
    void startBroker(int id) {
        broker(id).start();
        broker(id).awaitStarted();
        awaitMembers();
    }

    /** Starts all brokers that do not run, and waits until all are members. */
    void startBrokers() {
        List<KafkaNode> down =
                brokers.values().stream().filter(broker -> !broker.isRunning()).toList();
        down.forEach(KafkaNode::start);
        down.forEach(KafkaNode::awaitStarted);
        awaitMembers();
    }

    /** Kills all brokers; the controller stays. (In good order the last would wait for another to take its partitions.) */
    void killBrokers() {
        brokers.values().stream().filter(KafkaNode::isRunning).forEach(KafkaNode::kill);
    }

    private void awaitMembers() {
        long running = brokers.values().stream().filter(KafkaNode::isRunning).count();
        Awaitility.await("members of the cluster")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> await(admin.describeCluster().nodes()).size() == running);
    }

    /** Creates a topic with a dead-letter topic of one partition, both with the same replication and settings. */
    void createTopic(String topic, int partitions, int replication, Map<String, String> settings) {
        await(admin.createTopics(List.of(
                        new NewTopic(topic, partitions, (short) replication).configs(settings),
                        new NewTopic(topic + ".dlt", 1, (short) replication).configs(settings)))
                .all());
    }

    /** Creates a topic whose partitions each have the brokers listed for them, the first of which is to lead. */
    void createTopic(String topic, Map<Integer, List<Integer>> replicas, Map<String, String> settings) {
        await(admin.createTopics(List.of(new NewTopic(topic, replicas).configs(settings)))
                .all());
    }

    /** Grows a topic to this many partitions. */
    void growTopic(String topic, int partitions) {
        await(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** State of a partition as the controller knows it. */
    TopicPartitionInfo partition(String topic, int partition) {
        TopicDescription description =
                await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        return description.partitions().get(partition);
    }

    /** Waits until the partition is led by this broker. */
    void awaitLeader(String topic, int partition, int broker) {
        Awaitility.await("leader of " + topic + "-" + partition)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    Node leader = partition(topic, partition).leader();
                    return leader != null && leader.id() == broker;
                });
    }

    /** Waits until the partition has this many replicas in sync. */
    void awaitInSync(String topic, int partition, int replicas) {
        Awaitility.await("replicas in sync of " + topic + "-" + partition)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> partition(topic, partition).isr().size() == replicas);
    }

    /** Offset behind the partition's last record. */
    long endOffset(String topic, int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        // Not the long-lived client: it waits for a leader that it has asked before and that is gone by now
        // (KAFKA-20673).
        try (Admin fresh = newAdmin()) {
            return await(fresh.listOffsets(Map.of(id, OffsetSpec.latest())).partitionResult(id))
                    .offset();
        }
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static Map<String, String> with(
            Map<String, String> common, String name, String value, String otherName, String otherValue) {
        Map<String, String> all = new HashMap<>(common);
        all.put(name, value);
        all.put(otherName, otherValue);
        return all;
    }

    /** Kills all nodes. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
        killBrokers();
        if (controller.isRunning()) {
            controller.kill();
        }
    }

    /** What each node printed last. */
    @Override
    public String toString() {
        return controller + "\n"
                + brokers.values().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }
}
