package dev.exposure.intake.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Exposure lines as Filebeat writes them. */
public final class Exposures {

    private Exposures() {}

    /** A Filebeat event with one exposure of the ad in its message. */
    public static byte[] event(String exposureId, String adId) {
        String line =
                "{\\\"exposure_id\\\":\\\"" + exposureId + "\\\",\\\"campaign_id\\\":4501,\\\"ad_id\\\":\\\"" + adId
                        + "\\\",\\\"slot_id\\\":\\\"feed_top\\\",\\\"exposed_at\\\":1722650400137,\\\"price_micros\\\":10}";
        String event =
                "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\",\"@metadata\":{\"beat\":\"filebeat\"},\"message\":\""
                        + line + "\"}";
        return event.getBytes(StandardCharsets.UTF_8);
    }

    /** Events of the ad, their ids numbered from a first one. */
    public static List<byte[]> events(String adId, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> event(adId + "-" + number, adId))
                .toList();
    }
}
