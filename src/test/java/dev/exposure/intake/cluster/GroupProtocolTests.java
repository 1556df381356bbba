package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Which protocol the consumer's properties select, read as Kafka's client reads them. */
class GroupProtocolTests {

    @Test
    void protocolWhenNotConfiguredIsClassic() {
        assertThat(GroupProtocol.of(Map.of())).isEqualTo(GroupProtocol.CLASSIC);
    }

    @ParameterizedTest
    @CsvSource({"classic, CLASSIC", "CLASSIC, CLASSIC", "consumer, CONSUMER", "Consumer, CONSUMER"})
    void protocolWhenConfiguredIsReadInAnyCase(String text, GroupProtocol protocol) {
        assertThat(GroupProtocol.of(Map.of("group.protocol", text))).isEqualTo(protocol);
    }

    @Test
    void protocolWhenUnknownIsRefusedWithTheAllowedOnes() {
        assertThatThrownBy(() -> GroupProtocol.of(Map.of("group.protocol", "share")))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("spring.kafka.consumer.properties.group.protocol")
                .hasMessageContaining("share")
                .hasMessageContaining("classic (the default) or consumer");
    }

    @Test
    void textIsKafkasSpelling() {
        assertThat(GroupProtocol.CLASSIC.text()).isEqualTo("classic");
        assertThat(GroupProtocol.CONSUMER.text()).isEqualTo("consumer");
    }
}
