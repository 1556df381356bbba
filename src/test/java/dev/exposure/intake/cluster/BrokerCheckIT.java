package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.position.FakeCluster;
import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Brokers that can do what is asked pass, whatever this user may see of them. */
class BrokerCheckIT {

    private static final TestBroker broker = TestBroker.shared();

    private final MetadataUpdates updates = new MetadataUpdates();

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void brokersWhenTheyCanDoTheProtocolPass(GroupProtocol protocol) {
        assertThatCode(() -> check(broker.admin(), protocol).check()).doesNotThrowAnyException();
    }

    @Test
    void brokersWhenTheirConfigurationMayNotBeReadPass() {
        try (Admin admin = new Restricted(broker.bootstrapServers())) {
            assertThatCode(() -> check(admin, GroupProtocol.CONSUMER).check()).doesNotThrowAnyException();
        }
    }

    @Test
    void brokersWhenTheyDoNotAnswerAreNotCalledIncompatible() {
        FakeCluster silent = new FakeCluster();
        silent.down(true);

        assertThatThrownBy(() -> check(silent, GroupProtocol.CONSUMER).check()).isInstanceOf(TimeoutException.class);
    }

    @Test
    void brokersOfTodayServeFetchesByTopicId() {
        check(broker.admin(), GroupProtocol.CLASSIC).check();

        assertThat(updates.areReliable()).isTrue();
    }

    private BrokerCheck check(Admin admin, GroupProtocol protocol) {
        return new BrokerCheck(admin, Duration.ofSeconds(10), protocol, updates);
    }

    /** Admin client of a user without the right to read the brokers' configuration. */
    private static final class Restricted extends ForwardingAdmin {

        Restricted(String servers) {
            super(Map.of("bootstrap.servers", servers));
        }

        @Override
        public DescribeConfigsResult describeConfigs(
                Collection<ConfigResource> resources, DescribeConfigsOptions options) {
            throw new ClusterAuthorizationException("Cluster authorization failed.");
        }
    }
}
