package dev.exposure.intake.delivery.kafka;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.count.Tallies;
import dev.exposure.intake.count.Tally;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.process.ExposureProcessor;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Future;
import org.springframework.kafka.core.KafkaOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * The default processor of this delivery: counts exposures by minute, campaign, ad and slot, and writes one record for
 * each key and call. Readers add them up.
 */
final class PartialCounts implements ExposureProcessor {

    private static final JsonMapper JSON = new JsonMapper();

    private final KafkaOperations<byte[], byte[]> operations;
    private final String topic;

    PartialCounts(KafkaOperations<byte[], byte[]> operations, String topic) {
        this.operations = operations;
        this.topic = topic;
    }

    /** Value of a record, in the order in which its names are written. */
    private record Value(
            String minute, String campaign_id, String ad_id, String slot_id, long exposures, BigDecimal price_micros) {}

    @Override
    public void process(List<Exposure> exposures) {
        Tallies.of(exposures).forEach((key, tally) -> {
            // A failed send fails the commit of the transaction; there is no need to wait for it here.
            Future<?> unused = operations.send(topic, key(key), value(key, tally));
        });
    }

    private static byte[] key(CountKey key) {
        return JSON.writeValueAsBytes(List.of(key.minute().toString(), key.campaignId(), key.adId(), key.slotId()));
    }

    private static byte[] value(CountKey key, Tally tally) {
        return JSON.writeValueAsBytes(new Value(
                key.minute().toString(),
                key.campaignId(),
                key.adId(),
                key.slotId(),
                tally.exposures(),
                tally.priceMicros()));
    }
}
