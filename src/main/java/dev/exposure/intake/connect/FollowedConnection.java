package dev.exposure.intake.connect;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The configured connection, with registered SSL bundles replaced by ones that follow changes in their files. */
final class FollowedConnection implements KafkaConnectionDetails {

    private final KafkaConnectionDetails configured;
    private final SslBundles bundles;
    private final Map<String, SslBundle> followed = new ConcurrentHashMap<>();

    FollowedConnection(KafkaConnectionDetails configured, SslBundles bundles) {
        this.configured = configured;
        this.bundles = bundles;
    }

    @Override
    public List<String> getBootstrapServers() {
        return configured.getBootstrapServers();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
        return follow(configured.getSslBundle());
    }

    @Override
    public @Nullable String getSecurityProtocol() {
        return configured.getSecurityProtocol();
    }

    @Override
    public Configuration getConsumer() {
        return follow(configured.getConsumer());
    }

    @Override
    public Configuration getProducer() {
        return follow(configured.getProducer());
    }

    @Override
    public Configuration getAdmin() {
        return follow(configured.getAdmin());
    }

    @Override
    public Configuration getStreams() {
        return follow(configured.getStreams());
    }

    private Configuration follow(Configuration client) {
        return Configuration.of(
                client.getBootstrapServers(), follow(client.getSslBundle()), client.getSecurityProtocol());
    }

    private @Nullable SslBundle follow(@Nullable SslBundle bundle) {
        for (String name : bundles.getBundleNames()) {
            if (bundles.getBundle(name) == bundle) {
                return followed.computeIfAbsent(name, key -> FollowingSslBundle.of(key, bundles));
            }
        }
        return bundle;
    }
}
