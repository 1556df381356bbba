package dev.exposure.intake.delivery.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.process.ExposureProcessor;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.ResultTopic;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** The service without a database: a reader of committed results finds each exposure once. */
@ExtendWith(OutputCaptureExtension.class)
class KafkaDeliveryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger LEFT_TO_FAIL = new AtomicInteger();
    private static final TestBroker broker = TestBroker.shared();

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void exposuresOfOldAndAddedPartitionsAreThereOnceWithoutAnyDatabase(String protocol) {
        String name = "results-" + protocol;
        ResultTopic results = create(name, 2);
        broker.write(name, 0, Exposures.events("history", 0, 50));
        Map<String, String> properties = properties(name);
        properties.put("intake.initial-position", "latest");
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        try (Service service = Service.start(properties)) {
            assertThatThrownBy(() -> service.bean(DataSource.class)).isInstanceOf(NoSuchBeanDefinitionException.class);
            broker.write(name, 0, Exposures.events("live", 0, 20));
            awaitCount(results, "live", 20);

            broker.growTopic(name, 4);
            broker.write(name, 2, Exposures.events("added", 0, 300));
            broker.write(name, 3, Exposures.events("added", 300, 200));

            awaitCount(results, "added", 500);
            assertThat(broker.committed(name, name, 2)).isEqualTo(300);
            assertThat(service.metric("intake_records_total{outcome=\"counted\"}"))
                    .isEqualTo(520);
            assertThat(service.actuator("health").get("components").get("sink").toString())
                    .contains("UP");
        }
        assertThat(results.counted("history")).isZero();
        assertThat(results.counted("live")).isEqualTo(20);
    }

    @Test
    void anotherInstanceGoesOnWhereTheFirstStopped() {
        ResultTopic results = create("results-taken-over", 2);
        broker.write("results-taken-over", 0, Exposures.events("a", 0, 40));
        try (Service first = Service.start(properties("results-taken-over"))) {
            awaitCount(results, "a", 40);
            try (Service second = Service.start(properties("results-taken-over"))) {
                await().atMost(PATIENCE)
                        .until(() ->
                                second.actuator("assignment").get("partitions").size() == 1);
                broker.write("results-taken-over", 0, Exposures.events("a", 40, 40));
                broker.write("results-taken-over", 1, Exposures.events("a", 80, 40));
                awaitCount(results, "a", 120);
            }
            assertThat(first.health("/liveness")).isEqualTo(200);
        }
        try (Service third = Service.start(properties("results-taken-over"))) {
            broker.write("results-taken-over", 1, Exposures.events("a", 120, 1));
            awaitCount(results, "a", 121);
            assertThat(third.events("FIRST_START")).isZero();
            assertThat(third.actuator("assignment").get("events").toString()).doesNotContain("its row is gone");
        }
    }

    @Test
    void whatTheProcessorWroteIsThereOnceWhenItFailedAfterIt(CapturedOutput output) {
        ResultTopic results = create("results-refused", 1);
        LEFT_TO_FAIL.set(2);
        broker.write("results-refused", 0, Exposures.events("a", 0, 30));
        try (Service service = Service.start(properties("results-refused"), FailsAfterItWrote.class)) {
            awaitCount(results, "a", 30);
            assertThat(LEFT_TO_FAIL.get()).isNotPositive();
            assertThat(service.events("PROCESSOR_DOWN")).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> service.events("PROCESSOR_UP") == 1);
            assertThat(service.events("SINK_DOWN")).isZero();
            assertThat(output.getAll()).doesNotContain("TransactionAborted", "payload");
        }
        assertThat(results.counted("a")).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void exposuresAreThereOnceWhenTheEndOfTheTransactionIsNotKnown(boolean committed) {
        String name = "results-unknown-" + committed;
        ResultTopic results = create(name, 1);
        broker.write(name, 0, Exposures.events("a", 0, 30));
        Class<?> fault = committed ? LosesTheAnswer.class : LosesTheRequest.class;
        try (Service service = Service.start(properties(name), fault)) {
            awaitCount(results, "a", 30);
            LEFT_TO_FAIL.set(1);
            broker.write(name, 0, Exposures.events("a", 30, 10));
            await().atMost(PATIENCE).until(() -> service.events("SINK_DOWN") == 1);
            awaitCount(results, "a", 40);
            broker.write(name, 0, Exposures.events("a", 40, 10));
            awaitCount(results, "a", 50);
            await().atMost(PATIENCE).until(() -> service.events("SINK_UP") == 1);
        }
        assertThat(results.counted("a")).isEqualTo(50);
    }

    /** An instance that is killed leaves its transaction open. Nobody may go on before the brokers have ended it. */
    @Test
    void partitionWaitsForTheTransactionOfItsFormerOwner() {
        ResultTopic results = create("results-left-open", 1);
        broker.write("results-left-open", 0, Exposures.events("a", 0, 30));
        try (Service service = Service.start(properties("results-left-open"))) {
            awaitCount(results, "a", 30);
        }
        try (OpenTransaction transaction = OpenTransaction.begin(broker, "results-left-open", 10)) {
            Map<String, String> properties = properties("results-left-open");
            try (Service service = Service.start(properties)) {
                broker.write("results-left-open", 0, Exposures.events("a", 30, 10));
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(service.actuator("health").toString())
                                        .contains("A transaction that commits offsets of this group is still open"));
                assertThat(service.state()).isNotEqualTo("RUNNING");

                transaction.commit();

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.metric("intake_records_total{outcome=\"counted\"}"))
                                .isEqualTo(30));
            }
        }
        assertThat(results.counted("a"))
                .as("10 to 39, after the offset that the transaction brought")
                .isEqualTo(60);
    }

    @Test
    void topicCreatedAgainIsReadFromItsBeginning() {
        ResultTopic results = create("results-again", 1);
        broker.write("results-again", 0, Exposures.events("old", 0, 30));
        try (Service service = Service.start(properties("results-again"))) {
            awaitCount(results, "old", 30);
            broker.deleteTopic("results-again");
            broker.createBareTopic("results-again", 1);
            broker.write("results-again", 0, Exposures.events("new", 0, 50));
            awaitCount(results, "new", 50);
        }
        assertThat(results.counted("old")).isEqualTo(30);
    }

    @Test
    void lossToRetentionIsCountedOnceAndNotAgainAtTheNextStart() {
        ResultTopic results = create("results-retained", 1);
        broker.write("results-retained", 0, Exposures.events("a", 0, 30));
        try (Service service = Service.start(properties("results-retained"))) {
            awaitCount(results, "a", 30);
        }
        broker.write("results-retained", 0, Exposures.events("lost", 0, 20));
        broker.deleteRecords("results-retained", 0, 50);
        try (Service service = Service.start(properties("results-retained"))) {
            await().atMost(PATIENCE).until(() -> service.events("RECORDS_LOST") == 1);
        }
        try (Service service = Service.start(properties("results-retained"))) {
            broker.write("results-retained", 0, Exposures.events("a", 30, 5));
            awaitCount(results, "a", 35);
            assertThat(service.events("RECORDS_LOST")).isZero();
        }
    }

    @Test
    void serviceWaitsForTheTopicOfTheResultsAndSaysWhichOne() {
        broker.createTopic("waits", 1);
        broker.write("waits", 0, Exposures.events("a", 0, 10));
        try (Service service = Service.start(properties("waits"))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.actuator("health")
                                    .get("components")
                                    .get("sink")
                                    .toString())
                            .contains("DOWN", "waits.results", "intake.delivery.kafka.topic"));
            broker.createBareTopic("waits.results", 3);
            awaitCount(new ResultTopic(broker.bootstrapServers(), "waits.results"), "a", 10);
        }
    }

    @Test
    void groupThatWasMovedFromAnotherClusterGoesOnAtItsCommit() {
        String name = "results-moved";
        ResultTopic results = create(name, 2);
        broker.write(name, 0, Exposures.events("a", 0, 30));
        broker.write(name, 1, Exposures.events("b", 0, 5));
        String elsewhere = new CommitMetadata(new LogId("another-cluster", "its-topic"), false).text();
        broker.commit(name, name, 0, new OffsetAndMetadata(20, elsewhere));
        broker.commit(name, name, 1, new OffsetAndMetadata(0, elsewhere));
        try (Service service = Service.start(properties(name))) {
            awaitCount(results, "b", 5);
            awaitCount(results, "a", 10);
            assertThat(service.actuator("assignment").get("events").toString()).contains("comes from another cluster");
            assertThat(service.http("/actuator/balance").statusCode())
                    .as("committed offsets have no room for an account")
                    .isEqualTo(404);
        }
        try (Service service = Service.start(properties(name))) {
            broker.write(name, 0, Exposures.events("a", 30, 3));
            awaitCount(results, "a", 13);
            assertThat(service.actuator("assignment").get("events").toString())
                    .doesNotContain("comes from another cluster");
        }
    }

    private static ResultTopic create(String name, int partitions) {
        broker.createTopic(name, partitions);
        broker.createBareTopic(name + ".results", 3);
        return new ResultTopic(broker.bootstrapServers(), name + ".results");
    }

    private static void awaitCount(ResultTopic results, String ad, long count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(results.counted(ad)).isEqualTo(count));
    }

    private static Map<String, String> properties(String name) {
        return Service.kafkaDeliveryProperties(broker.bootstrapServers(), name);
    }

    /** A team's processor that writes within the transaction, and then fails. */
    static class FailsAfterItWrote {

        @Bean
        ExposureProcessor processor(@Qualifier("intakeKafkaTemplate") KafkaOperations<byte[], byte[]> operations) {
            PartialCounts counts = new PartialCounts(operations, "results-refused.results");
            return exposures -> {
                counts.process(exposures);
                if (LEFT_TO_FAIL.getAndDecrement() > 0) {
                    throw new IllegalStateException("not now");
                }
            };
        }
    }

    /** The transaction is committed, and nobody hears of it. */
    static class LosesTheAnswer {

        @Bean
        static BeanPostProcessor losesTheAnswer() {
            return replacesTemplate(producers -> new KafkaTemplate<>(producers) {
                @Override
                public <T> T executeInTransaction(OperationsCallback<byte[], byte[], T> callback) {
                    T result = super.executeInTransaction(callback);
                    if (LEFT_TO_FAIL.getAndDecrement() > 0) {
                        throw new TimeoutException("answer lost");
                    }
                    return result;
                }
            });
        }
    }

    /** The transaction is never committed. */
    static class LosesTheRequest {

        @Bean
        static BeanPostProcessor losesTheRequest() {
            return replacesTemplate(producers -> new KafkaTemplate<>(producers) {
                @Override
                public <T> T executeInTransaction(OperationsCallback<byte[], byte[], T> callback) {
                    return super.executeInTransaction(operations -> {
                        T result = callback.doInOperations(operations);
                        if (LEFT_TO_FAIL.getAndDecrement() > 0) {
                            throw new TimeoutException("request lost");
                        }
                        return result;
                    });
                }
            });
        }
    }

    private interface Replacement {
        KafkaTemplate<byte[], byte[]> of(ProducerFactory<byte[], byte[]> producers);
    }

    private static BeanPostProcessor replacesTemplate(Replacement replacement) {
        return new BeanPostProcessor() {
            @Override
            @SuppressWarnings("unchecked") // the bean's declared type
            public Object postProcessAfterInitialization(Object bean, String name) {
                return name.equals("intakeKafkaTemplate")
                        ? replacement.of(((KafkaTemplate<byte[], byte[]>) bean).getProducerFactory())
                        : bean;
            }
        };
    }
}
