package dev.exposure.intake.delivery.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.KafkaProxy;
import dev.exposure.intake.testing.ResultTopic;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Answers to the requests of a transaction that never arrive, or that are errors: what it brought is there once. After some of the
 * errors nobody may go on before the broker ends the transaction by its time-out.
 */
@Slow
class LostTransactionAnswerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TIMES = 3;

    /** Kinds of errors for the producer: unexpected, to be tried again, fatal, and such that end the transaction only. */
    private static final List<Errors> ERRORS = List.of(
            Errors.UNKNOWN_SERVER_ERROR,
            Errors.COORDINATOR_NOT_AVAILABLE,
            Errors.NOT_COORDINATOR,
            Errors.COORDINATOR_LOAD_IN_PROGRESS,
            Errors.CONCURRENT_TRANSACTIONS,
            Errors.PRODUCER_FENCED,
            Errors.TRANSACTION_ABORTABLE);

    private static KafkaProxy proxy;
    private static TestBroker broker;

    @BeforeAll
    static void startBroker() {
        proxy = new KafkaProxy();
        broker = TestBroker.startBehind(proxy, Map.of());
    }

    @AfterAll
    static void stopBroker() throws Exception {
        proxy.close();
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiKeys.class,
            names = {"PRODUCE", "TXN_OFFSET_COMMIT", "END_TXN"})
    void resultsAreThereOnceWhateverBecomesOfTheAnswer(ApiKeys api) {
        String name = "lost-" + api.name().toLowerCase(Locale.ROOT).replace('_', '-');
        broker.createTopic(name, 1);
        broker.createBareTopic(name + ".results", 1);
        ResultTopic results = new ResultTopic(broker.bootstrapServers(), name + ".results");
        int written = 0;
        try (Service service = Service.start(properties(name))) {
            for (int i = 0; i < TIMES; i++) {
                proxy.loseAnswer(api);
                broker.write(name, 0, Exposures.events("a", written, 10));
                written += 10;
                awaitCount(results, written, "a lost answer to " + api);
            }
            for (Errors error : ERRORS) {
                proxy.answer(api, error);
                broker.write(name, 0, Exposures.events("a", written, 10));
                written += 10;
                awaitCount(results, written, error + " to " + api);
            }
            int all = written;
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(name, name, 0)).isEqualTo(all));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
        }
        assertThat(results.counted("a")).isEqualTo(written);
    }

    private static void awaitCount(ResultTopic results, long count, String after) {
        await(after).atMost(PATIENCE).until(proxy::isDone);
        await(after)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(results.counted("a")).isEqualTo(count));
    }

    private static Map<String, String> properties(String name) {
        Map<String, String> properties = Service.kafkaDeliveryProperties(proxy.address(), name);
        properties.put("intake.retry.max-delay", "1s");
        return properties;
    }
}
