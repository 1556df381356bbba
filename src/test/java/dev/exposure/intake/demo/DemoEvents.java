package dev.exposure.intake.demo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Makes what a set of Filebeats of several versions and configurations writes: mostly exposures, some tests, some rubbish. */
final class DemoEvents {

    /** What the service has to make of an event. */
    enum Kind {
        EXPOSURE,
        TEST,
        BAD
    }

    /** An event and what the service has to make of it. */
    record Event(Kind kind, byte[] value) {}

    private static final int PER_MILLE_BAD = 5;
    private static final int PER_MILLE_TEST = 10;
    private static final String[] SLOTS = {"feed_top", "feed_mid", "story", "splash", "\u9996\u9875"};

    private final AtomicLong sequence = new AtomicLong();

    Event next(Random random, Instant now) {
        int dice = random.nextInt(1000);
        long number = sequence.incrementAndGet();
        if (dice < PER_MILLE_BAD) {
            return new Event(Kind.BAD, bad(random, number, now).getBytes(StandardCharsets.UTF_8));
        }
        boolean test = dice < PER_MILLE_BAD + PER_MILLE_TEST;
        String value = shape(random, line(random, number, now, test), now);
        return new Event(test ? Kind.TEST : Kind.EXPOSURE, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(Random random, long number, Instant now, boolean test) {
        return "{\"exposure_id\":\"e-" + number + "\",\"campaign_id\":" + (4500 + random.nextInt(8))
                + ",\"ad_id\":\"ad-"
                + random.nextInt(40) + "\",\"slot_id\":\"" + SLOTS[random.nextInt(SLOTS.length)] + "\",\"user_id\":\"u-"
                + random.nextInt(100_000) + "\",\"device\":\"ios\",\"exposed_at\":" + now.toEpochMilli()
                + ",\"price_micros\":" + (500 + random.nextInt(2000)) + (test ? ",\"test\":true" : "") + "}";
    }

    private static String shape(Random random, String line, Instant now) {
        String fields = line.substring(1, line.length() - 1);
        return switch (random.nextInt(5)) {
            case 0 -> line;
            case 1 -> "{" + head(now, "8.14.3") + "," + fields + "}";
            case 2 -> "{" + head(now, "8.14.3") + ",\"json\":" + line + "}";
            case 3 -> "{\"message\":\"" + line.replace("\"", "\\\"") + "\"," + head(now, "9.1.0") + "}";
            default -> "{" + head(now, "7.17.22") + ",\"message\":\"" + line.replace("\"", "\\\"") + "\"}";
        };
    }

    private static String head(Instant now, String version) {
        return "\"@timestamp\":\"" + now + "\",\"@metadata\":{\"beat\":\"filebeat\",\"type\":\"_doc\",\"version\":\""
                + version
                + "\"},\"log\":{\"offset\":505,\"file\":{\"path\":\"/data/logs/ad/exposure.log\"}},\"agent\":{\"type\":\"filebeat\"}";
    }

    private static String bad(Random random, long number, Instant now) {
        String line = line(random, number, now, false);
        return switch (random.nextInt(4)) {
            case 0 -> "GET /ad?id=17 200";
            case 1 -> line.substring(0, line.length() / 2);
            case 2 -> "{" + head(now, "8.14.3") + "}";
            default -> shape(random, line.replace("\"ad_id\":\"ad-", "\"ad_id\":-1.5,\"was\":\"ad-"), now);
        };
    }
}
