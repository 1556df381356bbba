package dev.exposure.intake.connect;

import dev.exposure.intake.outage.FailureText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses that can't be reached when the cluster does not answer. A client's exception names none of them, and
 * the addresses that the brokers advertise are not in this service's configuration. Thread-safe.
 */
public final class BrokerAddresses {

    private static final Logger log = LoggerFactory.getLogger(BrokerAddresses.class);

    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(8);

    /** Shortest time between two looks for addresses during an outage. */
    private static final Duration KEPT = Duration.ofSeconds(15);

    private static final int MOST_NAMED = 5;

    private final Supplier<Map<String, Object>> settings;
    private final Collection<String> topics;
    private final LongSupplier nanoTime;
    private final AtomicInteger clients = new AtomicInteger();
    private @Nullable Look last;

    private record Look(long nanos, String found) {}

    /**
     * Addresses of one cluster.
     *
     * @param settings gives the settings of a consumer, in a new map each time
     * @param topics whose leaders have to be reachable
     */
    public BrokerAddresses(Supplier<Map<String, Object>> settings, Collection<String> topics, LongSupplier nanoTime) {
        this.settings = settings;
        this.topics = topics;
        this.nanoTime = nanoTime;
    }

    /**
     * Asks the cluster; if the answer is missing, adds to the exception which addresses can't be reached.
     *
     * @throws RuntimeException what the question threw, with the unreachable addresses if any were found
     */
    public <T> T explaining(Supplier<T> question) {
        try {
            return question.get();
        } catch (RetriableException ex) {
            String unreachable = unreachable();
            if (unreachable.isEmpty()) {
                throw ex;
            }
            throw new UnreachableBrokerException(FailureText.of(ex) + "; can't reach " + unreachable, ex);
        }
    }

    private synchronized String unreachable() {
        Look look = last;
        if (look == null || nanoTime.getAsLong() - look.nanos >= KEPT.toNanos()) {
            String found = look();
            look = new Look(nanoTime.getAsLong(), found);
            last = look;
        }
        return look.found;
    }

    private String look() {
        long end = nanoTime.getAsLong() + LOOK.toNanos();
        List<String> found = new ArrayList<>();
        List<ServerAddress> configured = ServerAddress.bootstrap(settings.get());
        Set<ServerAddress> advertised = new LinkedHashSet<>();
        for (ServerAddress server : configured) {
            Set<ServerAddress> told = advertised.isEmpty() ? advertised : null;
            String problem = problem(server, told, end);
            if (problem != null) {
                found.add("bootstrap server " + server + " (" + problem + ")");
            }
        }
        advertised.removeAll(configured);
        for (ServerAddress server : advertised) {
            String problem = problem(server, new LinkedHashSet<>(), end);
            if (problem != null) {
                found.add(server + " (" + problem + "), where the brokers say that one of them listens");
            }
        }
        return found.size() <= MOST_NAMED
                ? String.join(", ", found)
                : String.join(", ", found.subList(0, MOST_NAMED)) + " and " + (found.size() - MOST_NAMED) + " more";
    }

    /**
     * Why a server does not answer; null if it does, or if there is no time left to find out.
     *
     * @param told collects the addresses that the server tells; null to check only whether it takes connections
     */
    private @Nullable String problem(ServerAddress server, @Nullable Set<ServerAddress> told, long end) {
        if (nanoTime.getAsLong() >= end) {
            return null;
        }
        String problem = server.problem();
        return problem != null || told == null || isAnswering(server, told)
                ? problem
                : "takes connections and does not answer";
    }

    private boolean isAnswering(ServerAddress server, Set<ServerAddress> told) {
        try (KafkaConsumer<byte[], byte[]> client = client(server)) {
            try {
                for (String topic : topics) {
                    for (PartitionInfo partition : client.partitionsFor(topic, ANSWER)) {
                        Node leader = partition.leader();
                        if (leader != null && !leader.isEmpty()) {
                            told.add(new ServerAddress(leader.host(), leader.port()));
                        }
                    }
                }
            } finally {
                client.close(CloseOptions.timeout(Duration.ZERO));
            }
            return true;
        } catch (TimeoutException ex) {
            return false;
        } catch (InterruptException ex) {
            throw ex;
        } catch (KafkaException ex) {
            log.debug("It answers, and what it says is told elsewhere", ex);
            return true;
        }
    }

    /** A client that knows only this server, so that no other can answer. */
    private KafkaConsumer<byte[], byte[]> client(ServerAddress server) {
        Map<String, Object> own = settings.get();
        Object id = own.get(CommonClientConfigs.CLIENT_ID_CONFIG);
        own.put(CommonClientConfigs.CLIENT_ID_CONFIG, id + "-look-" + clients.incrementAndGet());
        own.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, server.toString());
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        own.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
