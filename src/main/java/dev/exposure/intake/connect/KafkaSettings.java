package dev.exposure.intake.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Settings of the service's own Kafka clients: {@code spring.kafka.*}, as for any client of the application, and otherwise
 * defaults that suit this service. The application's other clients don't get these defaults. Each call returns a new map.
 */
public final class KafkaSettings {

    private static final String DEFAULT_GROUP = "exposure-intake";
    private static final String ISOLATION = "spring.kafka.consumer.isolation-level";

    /** Limits how often each client tries again, and logs it, during an outage. */
    private static final Map<String, Object> CLIENT_DEFAULTS = Map.of(
            CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000,
            CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 5_000);

    /**
     * Limits what is fetched ahead from each broker; this does not slow down small records. A broker waits a moment for more
     * records, because each fetch becomes a transaction, which costs as much for twenty records as for hundreds.
     */
    private static final Map<String, Object> CONSUMER_DEFAULTS = Map.of(
            ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1024 * 1024,
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 256 * 1024,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024 * 1024);

    private final KafkaProperties properties;
    private final KafkaConnectionDetails connection;
    private final boolean isolationConfigured;
    private final String defaultClientId;

    /**
     * Settings of one application.
     *
     * @param connection how to reach the brokers
     * @param environment gives the names of the application and of its host, for the default client id
     */
    public KafkaSettings(KafkaProperties properties, KafkaConnectionDetails connection, Environment environment) {
        this.properties = properties;
        this.connection = connection;
        isolationConfigured =
                Binder.get(environment).bind(ISOLATION, String.class).isBound()
                        || properties.getConsumer().getProperties().containsKey(ConsumerConfig.ISOLATION_LEVEL_CONFIG);
        defaultClientId = defaultClientId(environment);
    }

    /** Group that the consumers join; blank if it is configured so. */
    public String groupId() {
        return Objects.requireNonNullElse(properties.getConsumer().getGroupId(), DEFAULT_GROUP);
    }

    /** Prefix of the consumers' client ids; it distinguishes the instances of a group. */
    public String clientId() {
        return String.valueOf(consumer().get(CommonClientConfigs.CLIENT_ID_CONFIG));
    }

    /** Properties of a consumer. */
    public Map<String, Object> consumer() {
        Map<String, Object> settings = settings(properties.buildConsumerProperties(), connection.getConsumer());
        settings.putIfAbsent(ConsumerConfig.GROUP_ID_CONFIG, DEFAULT_GROUP);
        CONSUMER_DEFAULTS.forEach(settings::putIfAbsent);
        if (!isolationConfigured) {
            // For their writer, records of an aborted transaction were never written; they must not be counted.
            settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        }
        return settings;
    }

    /** Properties of a producer. */
    public Map<String, Object> producer() {
        return settings(properties.buildProducerProperties(), connection.getProducer());
    }

    /** Properties of an admin client. */
    public Map<String, Object> admin() {
        return settings(properties.buildAdminProperties(), connection.getAdmin());
    }

    private Map<String, Object> settings(
            Map<String, Object> configured, KafkaConnectionDetails.Configuration connection) {
        Map<String, Object> settings = new HashMap<>(configured);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.getBootstrapServers());
        String protocol = connection.getSecurityProtocol();
        if (StringUtils.hasLength(protocol)) {
            settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
        }
        SslBundle bundle = connection.getSslBundle();
        if (bundle != null) {
            settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
            settings.put(SslBundle.class.getName(), bundle);
        }
        settings.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, defaultClientId);
        CLIENT_DEFAULTS.forEach(settings::putIfAbsent);
        return settings;
    }

    /** In Kubernetes the host's name is that of the pod. */
    private static String defaultClientId(Environment environment) {
        String name = environment.getProperty("spring.application.name", DEFAULT_GROUP);
        @Nullable String host = environment.getProperty("HOSTNAME");
        return name + "-" + (host == null ? ThreadLocalRandom.current().nextInt(1000, 10_000) : host);
    }
}
