package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.KafkaProxy;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Whatever a broker answers to a join, a heartbeat, a fetch or a commit, the service goes on by itself and counts each record
 * once. By default these are the errors that the client tells apart, and one that it does not expect; with
 * {@code -Dbroker.errors=all} every error that Kafka has a code for, in answer to each kind of request.
 */
@Slow
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@ExtendWith(OutputCaptureExtension.class)
class BrokerErrorsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final boolean ALL = "all".equals(System.getProperty("broker.errors"));

    /** What the client tells apart in the answer to any request of a member. */
    private static final Set<Errors> OF_MEMBERS = EnumSet.of(
            Errors.UNKNOWN_SERVER_ERROR,
            Errors.REQUEST_TIMED_OUT,
            Errors.COORDINATOR_LOAD_IN_PROGRESS,
            Errors.COORDINATOR_NOT_AVAILABLE,
            Errors.NOT_COORDINATOR,
            Errors.ILLEGAL_GENERATION,
            Errors.UNKNOWN_MEMBER_ID,
            Errors.REBALANCE_IN_PROGRESS,
            Errors.GROUP_AUTHORIZATION_FAILED,
            Errors.UNSUPPORTED_VERSION,
            Errors.FENCED_INSTANCE_ID);

    private static final Map<ApiKeys, Set<Errors>> OF_SOME = Map.of(
            ApiKeys.JOIN_GROUP,
            EnumSet.of(
                    Errors.INCONSISTENT_GROUP_PROTOCOL,
                    Errors.INVALID_SESSION_TIMEOUT,
                    Errors.INVALID_GROUP_ID,
                    Errors.GROUP_MAX_SIZE_REACHED,
                    Errors.MEMBER_ID_REQUIRED),
            ApiKeys.OFFSET_COMMIT,
            EnumSet.of(
                    Errors.OFFSET_METADATA_TOO_LARGE,
                    Errors.INVALID_COMMIT_OFFSET_SIZE,
                    Errors.UNKNOWN_TOPIC_OR_PARTITION,
                    Errors.UNKNOWN_TOPIC_ID,
                    Errors.TOPIC_AUTHORIZATION_FAILED,
                    Errors.STALE_MEMBER_EPOCH),
            ApiKeys.CONSUMER_GROUP_HEARTBEAT,
            EnumSet.of(
                    Errors.INVALID_REQUEST,
                    Errors.GROUP_MAX_SIZE_REACHED,
                    Errors.UNSUPPORTED_ASSIGNOR,
                    Errors.UNRELEASED_INSTANCE_ID,
                    Errors.FENCED_MEMBER_EPOCH,
                    Errors.INVALID_REGULAR_EXPRESSION,
                    Errors.TOPIC_AUTHORIZATION_FAILED));

    private static final Set<Errors> OF_FETCHES = EnumSet.of(
            Errors.UNKNOWN_SERVER_ERROR,
            Errors.OFFSET_OUT_OF_RANGE,
            Errors.CORRUPT_MESSAGE,
            Errors.UNKNOWN_TOPIC_OR_PARTITION,
            Errors.NOT_LEADER_OR_FOLLOWER,
            Errors.REPLICA_NOT_AVAILABLE,
            Errors.TOPIC_AUTHORIZATION_FAILED,
            Errors.KAFKA_STORAGE_ERROR,
            Errors.FETCH_SESSION_ID_NOT_FOUND,
            Errors.INVALID_FETCH_SESSION_EPOCH,
            Errors.FENCED_LEADER_EPOCH,
            Errors.UNKNOWN_LEADER_EPOCH,
            Errors.OFFSET_NOT_AVAILABLE,
            Errors.UNKNOWN_TOPIC_ID,
            Errors.INCONSISTENT_TOPIC_ID,
            Errors.FETCH_SESSION_TOPIC_ID_ERROR,
            Errors.POLICY_VIOLATION);

    private static KafkaProxy proxy;
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        proxy = new KafkaProxy();
        broker = TestBroker.startBehind(
                proxy,
                Map.of(
                        "group.consumer.min.session.timeout.ms", "2000",
                        "group.consumer.session.timeout.ms", "2000",
                        "group.consumer.heartbeat.interval.ms", "200"));
    }

    @AfterAll
    static void stopBroker() throws Exception {
        proxy.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "classic, JOIN_GROUP",
        "classic, SYNC_GROUP",
        "classic, HEARTBEAT",
        "classic, OFFSET_COMMIT",
        "classic, FETCH",
        "consumer, CONSUMER_GROUP_HEARTBEAT",
        "consumer, OFFSET_COMMIT",
        "consumer, FETCH"
    })
    void everyErrorIsSurvivedAndEachRecordCountedOnce(String protocol, ApiKeys api, CapturedOutput output) {
        String name = protocol + "-" + api.name().toLowerCase(Locale.ROOT).replace('_', '-');
        broker.createTopic(name, 1);
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.kafka.bootstrap-servers", proxy.address());
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("spring.datasource.url", TestPostgres.url(name));
        properties.put("spring.datasource.username", "postgres");
        properties.put("intake.retry.max-delay", "1s");
        if (protocol.equals("classic")) {
            // What the proxy says of a member, the broker knows nothing of: it keeps the old one for its session.
            properties.put("spring.kafka.consumer.properties.heartbeat.interval.ms", "200");
            properties.put("spring.kafka.consumer.properties.session.timeout.ms", "2000");
        }
        try (Service service = Service.start(properties)) {
            int written = 0;
            for (Errors error : errors(api)) {
                proxy.answer(api, error);
                if (api == ApiKeys.JOIN_GROUP || api == ApiKeys.SYNC_GROUP) {
                    proxy.answer(ApiKeys.HEARTBEAT, Errors.REBALANCE_IN_PROGRESS);
                }
                broker.write(name, 0, Exposures.events("ad", written, 1));
                written++;
                int expected = written;
                await(api + " answered with " + error)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(expected));
                await(api + " answered with " + error).atMost(PATIENCE).until(proxy::isDone);
            }
            int expected = written;
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(name, name, 0)).isEqualTo(expected));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            assertThat(service.counted("ad")).isEqualTo(expected);
            assertThat(service.health("/liveness")).isEqualTo(200);
        }
        assertThat(output.getAll().lines().filter(line -> line.startsWith("\tat ")))
                .as("no stack traces")
                .isEmpty();
    }

    private static Set<Errors> errors(ApiKeys api) {
        Set<Errors> errors = EnumSet.noneOf(Errors.class);
        if (ALL) {
            errors = EnumSet.complementOf(EnumSet.of(Errors.NONE));
        } else if (api == ApiKeys.FETCH) {
            errors.addAll(OF_FETCHES);
        } else {
            errors.addAll(OF_MEMBERS);
            errors.addAll(OF_SOME.getOrDefault(api, Set.of()));
        }
        return errors;
    }
}
