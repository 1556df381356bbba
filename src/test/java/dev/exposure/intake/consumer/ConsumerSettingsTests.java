package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** What the promises depend on is forced, what would break them refused, and the rest left to the user. */
class ConsumerSettingsTests {

    private static final String GROUP = "group";

    private static final String HEARTBEAT = ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG;
    private static final String SESSION_TIMEOUT = ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
    private static final String ASSIGNOR = ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG;

    private final ConsumerSettings settings = new ConsumerSettings(
            new IntakeProperties(List.of("ads"), InitialPosition.of("latest"), Duration.ofMillis(2500)),
            new PollProperties(20_000, DataSize.ofMegabytes(16)),
            GROUP);

    @Test
    void settingsThatThePromisesDependOnAreForced() {
        Map<String, Object> result = completed(Map.of(
                "allow.auto.create.topics", true,
                "key.deserializer", StringDeserializer.class,
                "value.deserializer", StringDeserializer.class));

        assertThat(result)
                .containsEntry("auto.offset.reset", "earliest")
                .containsEntry("enable.auto.commit", false)
                .containsEntry("allow.auto.create.topics", false)
                .containsEntry("key.deserializer", ByteArrayDeserializer.class)
                .containsEntry("value.deserializer", ByteArrayDeserializer.class)
                .containsEntry("max.poll.records", 20_000)
                .containsEntry("metadata.max.age.ms", 2500);
    }

    @Test
    void classicGroupWhenNothingIsConfiguredIsCooperativeAndTellsAKilledMemberAfter10Heartbeats() {
        assertThat(completed(Map.of()))
                .containsEntry(HEARTBEAT, "1000")
                .containsEntry(SESSION_TIMEOUT, "10000")
                .containsEntry(ASSIGNOR, CooperativeStickyAssignor.class.getName());
    }

    @Test
    void classicGroupWhenTheUserChoseOtherwiseKeepsTheChoice() {
        assertThat(completed(Map.of(HEARTBEAT, "700", ASSIGNOR, RangeAssignor.class.getName())))
                .containsEntry(HEARTBEAT, "700")
                .containsEntry(ASSIGNOR, RangeAssignor.class.getName());
        assertThat(completed(Map.of(SESSION_TIMEOUT, "60000")))
                .containsEntry(HEARTBEAT, "1000")
                .containsEntry(SESSION_TIMEOUT, "60000");
    }

    @Test
    void sessionTimeoutWhenTheUserChoseHeartbeatsOrStaticMembershipIsTheClientsOwn() {
        assertThat(completed(Map.of(HEARTBEAT, "15000"))).doesNotContainKey(SESSION_TIMEOUT);
        assertThat(completed(Map.of("group.instance.id", "pod-0")))
                .doesNotContainKey(SESSION_TIMEOUT)
                .containsEntry(HEARTBEAT, "1000");
    }

    @Test
    void consumerGroupGetsNoneOfTheSettingsThatItRefuses() {
        Map<String, Object> result = completed(Map.of("group.protocol", "CONSUMER"));

        assertThat(result).doesNotContainKeys(HEARTBEAT, ASSIGNOR, SESSION_TIMEOUT);
    }

    @Test
    void settingWhenTheClientRefusesItFailsAtOnce() {
        assertThatThrownBy(() -> completed(Map.of("group.protocol", "consumer", HEARTBEAT, "1000")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(HEARTBEAT);
        assertThatThrownBy(() -> completed(Map.of("fetch.min.bytes", "many"))).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            auto.offset.reset   | latest | spring.kafka.consumer.auto-offset-reset   | intake.initial-position
            auto.offset.reset   | none   | spring.kafka.consumer.auto-offset-reset   | intake.initial-position
            auto.offset.reset   | by_duration:PT1H | spring.kafka.consumer.auto-offset-reset | intake.initial-position
            enable.auto.commit  | true   | spring.kafka.consumer.enable-auto-commit  | only false is allowed
            metadata.max.age.ms | 300000 | spring.kafka.consumer.properties.metadata.max.age.ms | intake.partition-detection
            max.poll.records    | 500    | spring.kafka.consumer.max-poll-records    | intake.poll.max-records
            group.id            | ' '    | spring.kafka.consumer.group-id            | must not be empty
            group.protocol      | share  | spring.kafka.consumer.properties.group.protocol | classic (the default) or consumer
            """)
    void settingWhenItWouldBreakAPromiseIsRefused(String key, String value, String property, String explanation) {
        assertThatThrownBy(() -> completed(Map.of(key, value)))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining(property)
                .hasMessageContaining(explanation);
    }

    @Test
    void groupIdWhenMissingIsRefused() {
        assertThatThrownBy(() -> settings.complete(Map.of()))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("spring.kafka.consumer.group-id");
    }

    @ParameterizedTest
    @CsvSource({"auto.offset.reset, ' Earliest'", "enable.auto.commit, FALSE", "metadata.max.age.ms, 2500"})
    void settingWhenItSaysWhatIsForcedAnywayIsAccepted(String key, String value) {
        assertThatCode(() -> completed(Map.of(key, value))).doesNotThrowAnyException();
    }

    private Map<String, Object> completed(Map<String, Object> configured) {
        Map<String, Object> all = new HashMap<>(Map.of("group.id", "group", "bootstrap.servers", "localhost:9092"));
        all.putAll(configured);
        return settings.complete(all);
    }
}
