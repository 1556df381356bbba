package dev.exposure.intake.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** A missing answer says which addresses can't be reached, and why. */
class BrokerAddressesIT {

    private static final TestBroker broker = TestBroker.shared();

    private final TimeoutException noAnswer = new TimeoutException("No answer");

    @Test
    void serverThatRefusesConnectionsIsNamed() {
        String closed = "127.0.0.1:" + FreePort.next();

        assertThat(explained(List.of(closed)))
                .isEqualTo("TimeoutException: No answer; can't reach bootstrap server " + closed
                        + " (connection refused)");
    }

    @Test
    void serverWhoseNameCannotBeResolvedIsNamedBesideOneThatAnswers() {
        assertThat(explained(List.of("kafka.nosuch.invalid:9092", broker.bootstrapServers())))
                .isEqualTo("TimeoutException: No answer; can't reach bootstrap server kafka.nosuch.invalid:9092"
                        + " (the name can't be resolved)");
    }

    @Test
    void serverThatTakesConnectionsAndDoesNotAnswerIsNamed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(explained(List.of("127.0.0.1:" + silent.getLocalPort())))
                    .endsWith(silent.getLocalPort() + " (takes connections and does not answer)");
        }
    }

    @Test
    void failureIsLeftAsItIsWhenAllAnswerOrItIsAnAnswerItself() {
        assertThat(explained(List.of(broker.bootstrapServers()))).isEqualTo("TimeoutException: No answer");

        SaslAuthenticationException refused = new SaslAuthenticationException("no");
        assertThat(catchThrowable(() -> addresses(List.of("127.0.0.1:1")).explaining(failing(refused))))
                .isSameAs(refused);
    }

    private String explained(List<String> servers) {
        return FailureText.of(catchThrowable(() -> addresses(servers).explaining(failing(noAnswer))));
    }

    private static Supplier<String> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private static BrokerAddresses addresses(List<String> servers) {
        return new BrokerAddresses(
                () -> new HashMap<>(Map.of("bootstrap.servers", servers, "client.id", "addresses")),
                List.of("addresses"),
                System::nanoTime);
    }
}
