package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Scrape;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log format that breaks: every line is bad from then on, and the service keeps up with them and shows the share. */
class DeadLetterBurstIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 4;
    private static final int GOOD = 1_000;
    private static final int BAD = 100_000;

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void burstOfBrokenLinesIsDeadLetteredAndItsShareCanBeAlertedOn() {
        broker.createTopic("burst", PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            broker.write("burst", partition, Exposures.events("ad", partition * GOOD, GOOD / PARTITIONS));
        }
        try (Service service = Service.start(Service.properties(broker, "burst", directory))) {
            await().atMost(PATIENCE).until(() -> settled(service) == GOOD);
            Scrape before = Scrape.of(service.prometheus());
            assertThat(share(records(before, "dead_letter"), records(before, "")))
                    .isZero();

            long start = System.nanoTime();
            writeBrokenLines();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> settled(service) == GOOD + BAD);
            double seconds = (System.nanoTime() - start) / 1e9;
            Scrape after = Scrape.of(service.prometheus());
            System.out.printf(
                    "%,d bad lines, written and dead-lettered in %.1f s: %,.0f records/s%n",
                    BAD, seconds, BAD / seconds);

            assertThat(share(
                            records(after, "dead_letter") - records(before, "dead_letter"),
                            records(after, "") - records(before, "")))
                    .as("as rate(intake_records_total{outcome=\"dead_letter\"}) over rate(intake_records_total)")
                    .isEqualTo(1);
            assertThat(service.counted("ad")).isEqualTo(GOOD);
            assertThat(service.events("DEAD_LETTER_DOWN")).isZero();
        }
        assertThat(numbers(broker.read("burst.dlt"))).hasSize(BAD);
    }

    /** Lines that end in the middle, each with a number of its own. */
    private static void writeBrokenLines() {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int number = 0; number < BAD; number++) {
                byte[] line = Exposures.event("e-" + number, "ad");
                byte[] value = (number + "|" + new String(line, 0, line.length - 20, UTF_8)).getBytes(UTF_8);
                producer.send(new ProducerRecord<>("burst", number % PARTITIONS, null, value));
            }
        }
    }

    private static Set<Integer> numbers(List<ConsumerRecord<byte[], byte[]>> letters) {
        Set<Integer> numbers = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            String value = new String(letter.value(), UTF_8);
            assertThat(numbers.add(Integer.parseInt(value.substring(0, value.indexOf('|')))))
                    .as("published once")
                    .isTrue();
        }
        return numbers;
    }

    private static double settled(Service service) {
        return records(Scrape.of(service.prometheus()), "");
    }

    /** Sum of {@code intake_records_total} over one outcome, or all. */
    private static double records(Scrape scrape, String outcome) {
        return scrape.named("intake_records_total").stream()
                .filter(sample -> sample.labels().getOrDefault("outcome", "").contains(outcome))
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    private static double share(double part, double all) {
        return part / all;
    }
}
