package dev.exposure.intake.position;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Checks that the brokers can do what the configuration asks of them, so that a mismatch is one clear message at start. */
public final class BrokerCheck {

    private static final String CONSUMER_PROTOCOL_FEATURE = "group.version";

    private final Admin admin;
    private final ClusterReader cluster;
    private final GroupProtocol protocol;

    BrokerCheck(Admin admin, ClusterReader cluster, GroupProtocol protocol) {
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
            throw new IncompatibleBrokerException(
                    "spring.kafka.consumer.properties.group.protocol=consumer needs the new group coordinator, but the"
                            + " cluster has not finalized the feature " + CONSUMER_PROTOCOL_FEATURE + " at level 1.",
                    "Use group.protocol=classic (the default), or upgrade the cluster to Kafka 4.0 or newer and enable "
                            + CONSUMER_PROTOCOL_FEATURE + "=1.",
                    null);
        }
    }
}
