package dev.exposure.intake.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** An admin client for servers whose names can't be resolved is made once they can. */
class LateAdminIT {

    private final Map<String, Object> settings =
            new HashMap<>(Map.of("bootstrap.servers", "kafka.nosuch.invalid:9092"));

    @Test
    void clientIsMadeByTheFirstCallAfterANameCanBeResolved() throws Exception {
        Admin admin = LateAdmin.create(settings);
        assertThatThrownBy(admin::describeCluster)
                .isInstanceOf(UnresolvedServersException.class)
                .hasMessageEndingWith(": kafka.nosuch.invalid:9092");

        settings.put("bootstrap.servers", TestBroker.shared().bootstrapServers());
        assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS)).hasSize(1);

        admin.close(Duration.ofSeconds(5));
        assertThatThrownBy(() -> admin.describeCluster().nodes().get(30, TimeUnit.SECONDS))
                .hasMessageContaining("closing");
    }

    @Test
    void clientThatWasNeverMadeIsClosedAndStaysSo() {
        Admin admin = LateAdmin.create(settings);
        admin.close();

        settings.put("bootstrap.servers", TestBroker.shared().bootstrapServers());
        assertThatThrownBy(admin::describeCluster).hasMessageContaining("closed");
    }

    @Test
    void otherMistakesAreThrownAtOnce() {
        settings.put("bootstrap.servers", "kafka");
        assertThatThrownBy(() -> LateAdmin.create(settings))
                .isInstanceOf(KafkaException.class)
                .hasRootCauseInstanceOf(ConfigException.class);

        settings.put("bootstrap.servers", "kafka.nosuch.invalid:9092");
        settings.put("security.protocol", "NONE");
        assertThatThrownBy(() -> LateAdmin.create(settings))
                .isInstanceOf(KafkaException.class)
                .isNotInstanceOf(UnresolvedServersException.class);
    }
}
