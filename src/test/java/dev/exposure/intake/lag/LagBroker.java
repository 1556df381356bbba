package dev.exposure.intake.lag;

import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;

/** Real cluster in this process, with the few moves that the tests of lag make on it. */
final class LagBroker implements AutoCloseable {

    private final String servers;
    private final AutoCloseable cluster;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<AutoCloseable> opened = new ArrayList<>();

    private LagBroker(String servers, AutoCloseable cluster) {
        this.servers = servers;
        this.cluster = cluster;
        admin = Admin.create(Map.of("bootstrap.servers", servers));
        producer = producer(Map.of());
    }

    /** One broker that is its own controller, for all tests that have topics of their own; it ends with the tests. */
    static LagBroker shared() {
        return Shared.BROKER;
    }

    /** Clients of a cluster whose brokers the test stops and starts, which it can where they are no controllers. */
    static LagBroker of(KafkaClusterTestKit cluster) {
        return new LagBroker(cluster.bootstrapServers(), cluster);
    }

    static Map<String, String> properties(int nodes) {
        return Map.of(
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "1",
                "offsets.topic.replication.factor", Integer.toString(nodes),
                "transaction.state.log.num.partitions", "1",
                "transaction.state.log.replication.factor", Integer.toString(nodes),
                "transaction.state.log.min.isr", "1",
                "auto.create.topics.enable", "false");
    }

    Admin admin() {
        return admin;
    }

    void createTopic(String topic, int partitions) {
        get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all());
    }

    void createTopic(String topic, Map<Integer, List<Integer>> replicas) {
        get(admin.createTopics(List.of(new NewTopic(topic, replicas))).all());
    }

    void growTopic(String topic, int partitions) {
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    void produce(String topic, int partition, int records) {
        for (int i = 0; i < records; i++) {
            producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1}));
        }
        producer.flush();
    }

    /** Commits as a tool does, which works while the group has no members. */
    void commit(String groupId, String topic, int partition, long offset) {
        get(admin.alterConsumerGroupOffsets(
                        groupId, Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)))
                .all());
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        return closeLater(new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    KafkaConsumer<byte[], byte[]> consumer(String groupId, String protocol, String clientId) {
        return closeLater(new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                        ConsumerConfig.GROUP_ID_CONFIG, groupId,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol,
                        ConsumerConfig.CLIENT_ID_CONFIG, clientId,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
    }

    /** Closes clients that a test opened; those it has closed itself don't mind. */
    void closeClients() throws Exception {
        for (AutoCloseable client : opened) {
            if (client != producer) {
                client.close();
            }
        }
        opened.removeIf(client -> client != producer);
    }

    @Override
    public void close() throws Exception {
        closeClients();
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        cluster.close();
    }

    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static final class Shared {

        static final LagBroker BROKER = new LagBroker(TestBroker.shared().bootstrapServers(), () -> {});
    }

    private <T extends AutoCloseable> T closeLater(T client) {
        opened.add(client);
        return client;
    }
}
