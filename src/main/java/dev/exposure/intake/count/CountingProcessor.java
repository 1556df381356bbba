package dev.exposure.intake.count;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.delivery.SinkRecord;
import dev.exposure.intake.delivery.Slice;
import dev.exposure.intake.process.ExposureProcessor;
import dev.exposure.intake.process.ExposureSlice;
import dev.exposure.intake.process.ReceivedExposure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts exposures by minute, campaign, ad and slot, in the sink. */
public final class CountingProcessor implements ExposureProcessor {

    private final Delivery sink;
    private final DeliveryTimer timer;

    public CountingProcessor(Delivery sink, MeterRegistry registry) {
        this.sink = sink;
        this.timer = new DeliveryTimer(registry, sink.type());
    }

    @Override
    public DeliveryResult process(List<ExposureSlice> poll) {
        List<Slice> slices = poll.stream().map(CountingProcessor::toSlice).toList();
        return timer.time(() -> sink.write(slices));
    }

    private static Slice toSlice(ExposureSlice slice) {
        return new Slice(
                slice.partition(),
                slice.log(),
                slice.nextOffset(),
                slice.leaderEpoch(),
                slice.exposures().stream().map(CountingProcessor::toRecord).toList());
    }

    private static SinkRecord toRecord(ReceivedExposure received) {
        Exposure exposure = received.exposure();
        CountKey key = new CountKey(
                exposure.exposedAt().truncatedTo(ChronoUnit.MINUTES),
                orEmpty(exposure.campaignId()),
                exposure.adId(),
                orEmpty(exposure.slotId()));
        return new SinkRecord(
                received.offset(),
                received.leaderEpoch(),
                exposure.exposureId(),
                key,
                exposure.priceMicros(),
                exposure.test());
    }

    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }
}
