package dev.exposure.intake.faults;

import java.nio.charset.StandardCharsets;

/**
 * One numbered record of a fault scenario.
 *
 * @param partition partition that it is for
 * @param number its number in the partition, from 0
 * @param kind what must become of it
 * @param value what is written to Kafka
 */
record Entry(int partition, long number, Kind kind, byte[] value) {

    /** What must become of a record. */
    enum Kind {
        COUNTED,
        TEST,
        BAD
    }

    /** Numbers that share an ad, so that a block of each partition has its own row. */
    private static final int BLOCK = 100;

    private static final long FIRST_MINUTE = 1_722_650_400;
    private static final int BAD_EVERY = 97;
    private static final int TEST_EVERY = 89;

    static Entry of(int partition, long number) {
        return of(partition, number, "");
    }

    /**
     * An entry with its kind decided by its number, as Filebeat writes it.
     *
     * @param padding letters that make the line longer
     */
    static Entry of(int partition, long number, String padding) {
        if (number % BAD_EVERY == BAD_EVERY - 1) {
            String half = "{\"half a line\":\"p" + partition + "-" + number + "\"" + padding;
            return new Entry(partition, number, Kind.BAD, half.getBytes(StandardCharsets.UTF_8));
        }
        boolean test = number % TEST_EVERY == TEST_EVERY - 1;
        Entry key = new Entry(partition, number, test ? Kind.TEST : Kind.COUNTED, new byte[0]);
        String line = "{\\\"exposure_id\\\":\\\"p" + partition + "-" + number
                + "\\\",\\\"campaign_id\\\":4501,\\\"ad_id\\\":\\\"" + key.ad()
                + "\\\",\\\"slot_id\\\":\\\"feed_top\\\",\\\"exposed_at\\\":" + key.minute() * 1000
                + ",\\\"price_micros\\\":" + key.price() + (test ? ",\\\"test\\\":true" : "")
                + (padding.isEmpty() ? "" : ",\\\"padding\\\":\\\"" + padding + "\\\"") + "}";
        String event =
                "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\",\"@metadata\":{\"beat\":\"filebeat\"},\"message\":\""
                        + line + "\"}";
        return new Entry(partition, number, key.kind, event.getBytes(StandardCharsets.UTF_8));
    }

    /** Ad that names partition and block. */
    String ad() {
        return (kind == Kind.TEST ? "test-p" : "p") + partition + "-" + number / BLOCK;
    }

    /** Minute of the exposure, in seconds since 1970. */
    long minute() {
        return FIRST_MINUTE + number / BLOCK % 5 * 60;
    }

    /** A price that differs from record to record, so that one lost and another counted twice don't cancel out. */
    long price() {
        return (((partition * 1_000_003L + number) * 2_654_435_761L) >>> 8) & 0xFFFFFF;
    }
}
