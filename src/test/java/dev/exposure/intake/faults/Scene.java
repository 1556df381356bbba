package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * What a scenario plays with: Kafka, PostgreSQL, instances of the service, and the account of what was written. Its files
 * are in {@code target/faults/<name>}; closing it ends all its processes.
 */
final class Scene implements AutoCloseable {

    /** Topic and group of every scene. */
    static final String TOPIC = "ad-exposure";

    private static final Path ROOT = Path.of("target", "faults");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Topic of the results, where they go to Kafka. */
    static final String RESULTS = "exposure-counts";

    private final Path directory;
    private final KafkaCluster kafka;
    private final @Nullable Database database;
    private final Ledger ledger = new Ledger();
    private final List<ServiceProcess> services = new ArrayList<>();
    private final List<Feeder> feeders = new ArrayList<>();
    private final Thread reReads = new Thread(this::sampleReReads, "re-reads");

    private Scene(Path directory, int brokers, Map<String, String> brokerProperties, boolean hasDatabase) {
        this.directory = directory;
        this.kafka = KafkaCluster.start(directory.resolve("kafka"), brokers, brokerProperties);
        try {
            this.database = hasDatabase ? Database.start(directory) : null;
        } catch (RuntimeException | Error ex) {
            kafka.close();
            throw ex;
        }
        reReads.setDaemon(true);
        reReads.start();
    }

    /** Starts one broker and a database, and creates the topic. */
    static Scene open(String name, int partitions) {
        Scene scene = open(name, 1, Map.of());
        scene.kafka.createTopic(TOPIC, partitions, 1, Map.of());
        return scene;
    }

    /** Starts brokers and a database; topics are left to the scenario. */
    static Scene open(String name, int brokers, Map<String, String> brokerProperties) {
        return open(name, brokers, brokerProperties, true);
    }

    /** Starts brokers without a database, for instances whose results go to {@link #RESULTS}; topics are left to the scenario. */
    static Scene openWithoutDatabase(String name, int brokers, Map<String, String> brokerProperties) {
        return open(name, brokers, brokerProperties, false);
    }

    private static Scene open(String name, int brokers, Map<String, String> brokerProperties, boolean hasDatabase) {
        try {
            Path directory = ROOT.resolve(name).toAbsolutePath();
            FileSystemUtils.deleteRecursively(directory);
            Files.createDirectories(directory);
            return new Scene(directory, brokers, brokerProperties, hasDatabase);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    KafkaCluster kafka() {
        return kafka;
    }

    Database database() {
        return Objects.requireNonNull(database, "this scene has no database");
    }

    Ledger ledger() {
        return ledger;
    }

    /** Instances of the service, in the order in which they were added. */
    List<ServiceProcess> services() {
        return services;
    }

    /** An instance on this scene, not started yet; a group member that dies is noticed after 6 s rather than 45. */
    ServiceProcess service(String name) {
        return service(
                name,
                List.of("-Xmx256m"),
                Map.of(
                        "spring.kafka.consumer.properties.session.timeout.ms", "6000",
                        "spring.kafka.consumer.properties.heartbeat.interval.ms", "1000"));
    }

    /** An instance with these JVM options, and with these properties beside those that place it on this scene. */
    ServiceProcess service(String name, List<String> jvmOptions, Map<String, String> furtherProperties) {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
        properties.put("spring.kafka.consumer.group-id", TOPIC);
        properties.put("intake.topics", TOPIC);
        properties.put("intake.lag.interval", "1s");
        if (database == null) {
            properties.put("intake.delivery.type", "kafka");
            properties.put("intake.delivery.kafka.topic", RESULTS);
        } else {
            properties.put("spring.datasource.url", database.url());
            properties.put("spring.datasource.username", "postgres");
            properties.put("spring.datasource.password", "postgres");
        }
        properties.putAll(furtherProperties);
        properties.values().removeIf(String::isEmpty);
        ServiceProcess service = new ServiceProcess(directory, name, jvmOptions, properties);
        synchronized (services) {
            services.add(service);
        }
        return service;
    }

    /** Starts this many instances at once and waits until all are ready. */
    List<ServiceProcess> startServices(int count) {
        List<ServiceProcess> started = IntStream.rangeClosed(1, count)
                .mapToObj(number -> service("intake-" + number).start())
                .toList();
        started.forEach(ServiceProcess::awaitReady);
        return started;
    }

    /** Begins to write to all partitions. */
    Feeder feed(int recordsPerSecond) {
        Feeder feeder = Feeder.start(kafka.bootstrapServers(), TOPIC, ledger, recordsPerSecond);
        feeders.add(feeder);
        return feeder;
    }

    /** Stops writing, waits until the stored positions have reached the ends of all logs, and takes stock. */
    Balance settle() {
        feeders.forEach(Feeder::close);
        awaitCaughtUp();
        if (database == null) {
            return ledger.compare(counts(), deadLetters());
        }
        assertThat(database.accountsThatAreOff())
                .as("the service's own account of each partition")
                .isEmpty();
        assertThat(database.countsLessProcessed())
                .as("counts in the table, less what the accounts say was processed")
                .isZero();
        return ledger.compare(counts(), deadLetters());
    }

    /** What is counted now, in the table or as the results add up. */
    Map<Ledger.Row, Ledger.Sum> counts() {
        return database == null ? ResultSums.read(kafka.bootstrapServers(), RESULTS) : database.counts();
    }

    /** Waits until the stored positions have reached what are now the ends of all logs. */
    void awaitCaughtUp() {
        Map<Integer, Long> ends = endOffsets(TOPIC);
        await("stored positions " + ends).atMost(LIMIT).ignoreExceptions().until(() -> {
            Map<Integer, Long> stored = database == null ? committed() : database.positions(TOPIC);
            return ends.entrySet().stream().allMatch(end -> stored.getOrDefault(end.getKey(), 0L) >= end.getValue());
        });
    }

    /** What the group has committed of each partition, as far as no transaction holds it open. */
    private Map<Integer, Long> committed() throws ExecutionException, InterruptedException {
        Map<Integer, Long> committed = new HashMap<>();
        kafka.admin()
                .listConsumerGroupOffsets(TOPIC)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(TOPIC)) {
                        committed.put(partition.partition(), offset.offset());
                    }
                });
        return committed;
    }

    /** Waits until the running instances own all partitions of the topic between them. */
    void awaitAllOwned() {
        await("owners of all partitions").atMost(LIMIT).ignoreExceptions().until(() -> {
            int owned = 0;
            for (ServiceProcess service : services) {
                owned += service.isRunning() ? service.owned() : 0;
            }
            return owned == endOffsets(TOPIC).size();
        });
    }

    /** End of each partition's log. */
    Map<Integer, Long> endOffsets(String topic) {
        try {
            var partitions = kafka.admin()
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions();
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            partitions.forEach(
                    partition -> wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            Map<Integer, Long> ends = new HashMap<>();
            kafka.admin()
                    .listOffsets(wanted)
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
            return ends;
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        } catch (ExecutionException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Values in the dead-letter topic. */
    List<byte[]> deadLetters() {
        String topic = TOPIC + ".dlt";
        Map<TopicPartition, Long> ends = new HashMap<>();
        endOffsets(topic).forEach((partition, end) -> ends.put(new TopicPartition(topic, partition), end));
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    /** Records that the service has read though they were counted before, over all lives of all instances. */
    long reRead() {
        synchronized (services) {
            services.stream().filter(ServiceProcess::isRunning).forEach(ServiceProcess::sampleReRead);
            return (long) services.stream().mapToDouble(ServiceProcess::reRead).sum();
        }
    }

    /** The same for a report; a process that was killed can have read more since it was last asked. */
    String reReadText() {
        return String.format(Locale.ROOT, "%,d", reRead());
    }

    private void sampleReReads() {
        while (!Thread.currentThread().isInterrupted()) {
            List<ServiceProcess> all;
            synchronized (services) {
                all = List.copyOf(services);
            }
            all.stream().filter(ServiceProcess::isRunning).forEach(ServiceProcess::sampleReRead);
            LockSupport.parkNanos(500_000_000);
        }
    }

    /** Prints a line for the reader of the build, and keeps it in {@code target/faults/report.txt}. */
    static synchronized void report(String line) {
        System.out.println(line);
        try {
            Files.createDirectories(ROOT);
            Files.writeString(
                    ROOT.resolve("report.txt"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        reReads.interrupt();
        services.stream().filter(ServiceProcess::isRunning).forEach(ServiceProcess::kill);
        if (database != null) {
            database.close();
        }
        kafka.close();
    }
}
