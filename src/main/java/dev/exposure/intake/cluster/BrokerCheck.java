package dev.exposure.intake.cluster;

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

/** Checks that the brokers can do what the configuration asks of them, so that a mismatch is one clear message at start. */
public final class BrokerCheck {

    private static final String CONSUMER_PROTOCOL_FEATURE = "group.version";
    private static final String PROTOCOLS_CONFIG = "group.coordinator.rebalance.protocols";

    private final Admin admin;
    private final ClusterReader cluster;
    private final GroupProtocol protocol;

    public BrokerCheck(Admin admin, ClusterReader cluster, GroupProtocol protocol) {
        this.admin = admin;
        this.cluster = cluster;
        this.protocol = protocol;
    }

    /**
     * Asks the cluster what it supports.
     *
     * @throws IncompatibleBrokerException when it is too old
     * @throws RuntimeException when it does not answer
     */
    public void check() {
        FeatureMetadata features;
        try {
            cluster.await(admin.describeCluster().clusterId());
            if (protocol == GroupProtocol.CLASSIC) {
                return;
            }
            features = cluster.await(admin.describeFeatures().featureMetadata());
        } catch (UnsupportedVersionException ex) {
            throw new IncompatibleBrokerException(
                    "The Kafka brokers are too old for this service: " + ex.getMessage(),
                    "Use brokers of version 2.1 or newer (4.0 or newer for group.protocol=consumer).",
                    ex);
        }
        FinalizedVersionRange version = features.finalizedFeatures().get(CONSUMER_PROTOCOL_FEATURE);
        if (version == null || version.maxVersionLevel() < 1) {
            throw incompatible(
                    "the cluster has not finalized the feature " + CONSUMER_PROTOCOL_FEATURE + " at level 1",
                    "upgrade the cluster to Kafka 4.0 or newer and enable " + CONSUMER_PROTOCOL_FEATURE + "=1");
        }
        if (!allowsConsumerProtocol()) {
            throw incompatible(
                    "the brokers' " + PROTOCOLS_CONFIG + " does not allow it",
                    "upgrade the cluster to Kafka 4.0 or newer and add consumer to the brokers' " + PROTOCOLS_CONFIG);
        }
    }

    /** What a broker's configuration says; one that this user may not read is taken to allow it. */
    private boolean allowsConsumerProtocol() {
        try {
            Node broker =
                    cluster.await(admin.describeCluster().nodes()).iterator().next();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
            Config config = cluster.await(
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
