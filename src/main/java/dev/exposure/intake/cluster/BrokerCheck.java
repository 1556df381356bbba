package dev.exposure.intake.cluster;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Checks at start that the brokers support what the configuration needs, so that a mismatch gives one clear message. */
public final class BrokerCheck {

    private static final String KRAFT_FEATURE = "metadata.version";
    private static final String CONSUMER_PROTOCOL_FEATURE = "group.version";
    private static final String PROTOCOLS_CONFIG = "group.coordinator.rebalance.protocols";

    private final Admin admin;
    private final Duration timeout;
    private final GroupProtocol protocol;
    private final MetadataUpdates updates;

    public BrokerCheck(Admin admin, Duration timeout, GroupProtocol protocol, MetadataUpdates updates) {
        this.admin = admin;
        this.timeout = timeout;
        this.protocol = protocol;
        this.updates = updates;
    }

    /**
     * Asks the cluster what it supports.
     *
     * @throws IncompatibleBrokerException when it is too old
     * @throws RuntimeException when it does not answer
     */
    public void check() {
        Deadline deadline = new Deadline(timeout);
        FeatureMetadata features;
        try {
            deadline.await(admin.describeCluster().clusterId());
            features = deadline.await(admin.describeFeatures().featureMetadata());
        } catch (UnsupportedVersionException ex) {
            throw new IncompatibleBrokerException(
                    "The Kafka brokers are too old for this service: " + ex.getMessage(),
                    "Use brokers of version 2.1 or newer (4.0 or newer for group.protocol=consumer).",
                    ex);
        }
        // Every broker that has this feature (Kafka 3.3 or newer, with KRaft) serves fetches by topic id.
        updates.fetchedByTopicId(features.finalizedFeatures().containsKey(KRAFT_FEATURE));
        if (protocol == GroupProtocol.CLASSIC) {
            return;
        }
        FinalizedVersionRange version = features.finalizedFeatures().get(CONSUMER_PROTOCOL_FEATURE);
        if (version == null || version.maxVersionLevel() < 1) {
            throw incompatible(
                    "the cluster has not finalized the feature " + CONSUMER_PROTOCOL_FEATURE + " at level 1",
                    "upgrade the cluster to Kafka 4.0 or newer and enable " + CONSUMER_PROTOCOL_FEATURE + "=1");
        }
        if (!allowsConsumerProtocol(deadline)) {
            throw incompatible(
                    "the brokers' " + PROTOCOLS_CONFIG + " does not allow it",
                    "upgrade the cluster to Kafka 4.0 or newer and add consumer to the brokers' " + PROTOCOLS_CONFIG);
        }
    }

    /** Whether a broker's configuration allows it; assumed if this user may not read the configuration. */
    private boolean allowsConsumerProtocol(Deadline deadline) {
        try {
            Node broker =
                    deadline.await(admin.describeCluster().nodes()).iterator().next();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
            Config config = deadline.await(
                            admin.describeConfigs(List.of(resource)).all())
                    .get(resource);
            ConfigEntry protocols = config == null ? null : config.get(PROTOCOLS_CONFIG);
            return protocols == null
                    || protocols.value() == null
                    || List.of(protocols.value().split("\\s*,\\s*")).contains(GroupProtocol.CONSUMER.text());
        } catch (AuthorizationException ex) {
            return true;
        }
    }

    private static IncompatibleBrokerException incompatible(String reason, String remedy) {
        return new IncompatibleBrokerException(
                "spring.kafka.consumer.properties.group.protocol=consumer needs the new group coordinator, but "
                        + reason + ".",
                "Use group.protocol=classic (the default), or " + remedy + ".",
                null);
    }
}
