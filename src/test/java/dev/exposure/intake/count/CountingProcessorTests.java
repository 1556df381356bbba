package dev.exposure.intake.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.RecordingDelivery;
import dev.exposure.intake.delivery.SinkRecord;
import dev.exposure.intake.delivery.Slice;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.process.ExposureSlice;
import dev.exposure.intake.process.ReceivedExposure;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountingProcessorTests {

    private static final PartitionId PARTITION = new PartitionId("ad-exposure", 3);
    private static final LogId LOG = new LogId("cluster", "topic-id");
    private static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

    private final RecordingDelivery sink = new RecordingDelivery();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CountingProcessor processor = new CountingProcessor(sink, registry);

    @Test
    void sinkGetsSlicesAsTheyCameWhenPollIsProcessed() {
        ExposureSlice first = new ExposureSlice(
                PARTITION,
                LOG,
                12,
                4,
                List.of(
                        received(9, 3, exposure("2026-11-22T10:15:59.999Z", "c", "s", 70, false)),
                        received(11, 4, exposure("2026-11-22T10:15:00Z", "c", "s", 0, true))));
        ExposureSlice rejected = new ExposureSlice(new PartitionId("ad-exposure", 4), LOG, 5, 2, List.of());

        assertThat(processor.process(List.of(first, rejected))).isSameAs(RecordingDelivery.RESULT);

        CountKey key = new CountKey(MINUTE, "c", "ad", "s");
        assertThat(sink.written)
                .containsExactly(
                        new Slice(
                                PARTITION,
                                LOG,
                                12,
                                4,
                                List.of(
                                        new SinkRecord(9, 3, "id", key, 70, false),
                                        new SinkRecord(11, 4, "id", key, 0, true))),
                        new Slice(new PartitionId("ad-exposure", 4), LOG, 5, 2, List.of()));
    }

    @Test
    void absentIdsAreEmptyWhenCounted() {
        process(exposure("2026-11-22T10:15:30Z", null, null, 0, false));

        assertThat(sink.written.get(0).records().get(0).key()).isEqualTo(new CountKey(MINUTE, "", "ad", ""));
    }

    @Test
    void minuteIsFloorWhenBefore1970() {
        process(exposure("1969-12-31T23:59:59.999Z", null, null, 0, false));

        assertThat(sink.written.get(0).records().get(0).key().minute()).isEqualTo("1969-12-31T23:59:00Z");
    }

    @Test
    void bothOutcomesAreAtZeroWhenNothingWasWritten() {
        assertThat(registry.scrape())
                .contains("intake_sink_write_seconds_count{outcome=\"success\",sink=\"recording\"} 0")
                .contains("intake_sink_write_seconds_count{outcome=\"failure\",sink=\"recording\"} 0");
    }

    @Test
    void writeIsTimedAsSuccessWhenSinkReturns() {
        process(exposure("2026-11-22T10:15:30Z", null, null, 0, false));

        assertThat(registry.scrape())
                .contains("# TYPE intake_sink_write_seconds histogram")
                .contains("intake_sink_write_seconds_count{outcome=\"success\",sink=\"recording\"} 1")
                .contains("intake_sink_write_seconds_bucket{outcome=\"success\",sink=\"recording\",le=\"30.0\"} 1")
                .contains("intake_sink_write_seconds_count{outcome=\"failure\",sink=\"recording\"} 0");
    }

    @Test
    void writeIsTimedAsFailureWhenSinkThrows() {
        sink.failure = new IllegalStateException("down");

        assertThatThrownBy(() -> process(exposure("2026-11-22T10:15:30Z", null, null, 0, false)))
                .isSameAs(sink.failure);

        assertThat(registry.scrape())
                .contains("intake_sink_write_seconds_count{outcome=\"failure\",sink=\"recording\"} 1")
                .contains("intake_sink_write_seconds_count{outcome=\"success\",sink=\"recording\"} 0");
    }

    private void process(Exposure exposure) {
        processor.process(List.of(new ExposureSlice(PARTITION, LOG, 1, 0, List.of(received(0, 0, exposure)))));
    }

    private static ReceivedExposure received(long offset, int epoch, Exposure exposure) {
        return new ReceivedExposure(offset, epoch, exposure);
    }

    private static Exposure exposure(
            String at, @Nullable String campaign, @Nullable String slot, long price, boolean test) {
        return new Exposure("id", "ad", Instant.parse(at), campaign, null, slot, null, null, null, null, price, test);
    }
}
