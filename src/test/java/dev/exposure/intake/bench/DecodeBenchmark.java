package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.exposure.intake.decode.Decoded;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.decode.MeasuredDecoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What decoding one record takes, by the fast path and by the parser alone, in time and in bytes allocated, for the events that
 * writers send. One thread; the ways take turns in each round. "hashed" also finds what counting needs, without texts.
 */
class DecodeBenchmark {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 15);
    private static final int WARM_UP = 5;
    private static final int RECORDS = 5_000;
    private static final int TIMES = Integer.getInteger("bench.repeat", 40);

    private final MeasuredDecoder decoder = new MeasuredDecoder();
    private long sum;

    /** Kinds of events; the digits in them vary from record to record. */
    enum Kind {
        USUAL(
                "{\"exposure_id\":\"e-%1$08d\",\"request_id\":\"r-%1$08d\",\"campaign_id\":4501,\"ad_id\":\"ad-%2$d\","
                        + "\"creative_id\":90071,\"slot_id\":\"feed_top\",\"user_id\":\"u-%1$08d\",\"device\":\"ios\","
                        + "\"region\":\"CN-11\",\"exposed_at\":17226504%1$05d,\"price_micros\":1200}",
                true),
        NOT_ASCII(
                "{\"exposure_id\":\"e-%1$08d\",\"campaign_id\":4501,\"ad_id\":\"\u5e7f\u544a-%2$d\",\"slot_id\":\"\u9996\u9875\","
                        + "\"region\":\"\u5e7f\u4e1c\u7701\",\"exposed_at\":17226504%1$05d}",
                true),
        ISO_TIME_AND_WHITE_SPACE(
                "{\"exposure_id\": \"e-%1$08d\", \"campaign_id\": \"4501\", \"ad_id\": \"ad-%2$d\", \"slot_id\": \"feed_top\", "
                        + "\"exposed_at\": \"2024-08-03T10:00:%3$02d.123+08:00\", \"viewable\": true, \"bid\": {\"p\": [1.25, 2]}}",
                true),
        ESCAPED_TEXTS(
                "{\"exposure_id\":\"e-%1$08d\",\"campaign_id\":4501,\"ad_id\":\"ad-%2$d\",\"slot_id\":\"\\u9996\\u9875\","
                        + "\"region\":\"\\u5e7f\\u4e1c\",\"exposed_at\":17226504%1$05d}",
                true),
        BARE_LINE(
                "{\"exposure_id\":\"e-%1$08d\",\"request_id\":\"r-%1$08d\",\"campaign_id\":4501,\"ad_id\":\"ad-%2$d\","
                        + "\"slot_id\":\"feed_top\",\"exposed_at\":17226504%1$05d,\"price_micros\":1200}",
                false);

        private final String line;
        private final boolean inMessage;

        Kind(String line, boolean inMessage) {
            this.line = line;
            this.inMessage = inMessage;
        }

        List<byte[]> records() {
            return IntStream.range(0, RECORDS)
                    .mapToObj(i -> value(String.format(Locale.ROOT, line, i, i % 300, i % 60)))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }

        private String value(String text) {
            String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
            return inMessage ? HEAD + escaped + TAIL : text;
        }

        private static final String HEAD =
                "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\",\"@metadata\":{\"beat\":\"filebeat\","
                        + "\"type\":\"_doc\",\"version\":\"8.14.3\"},\"log\":{\"offset\":1761,\"file\":{\"device_id\":\"64514\","
                        + "\"inode\":\"140027\",\"path\":\"/data/logs/ad/exposure.log\"}},\"message\":\"";
        private static final String TAIL =
                "\",\"input\":{\"type\":\"filestream\"},\"ecs\":{\"version\":\"8.0.0\"},\"host\":{"
                        + "\"name\":\"ad-front-02.example.com\"},\"agent\":{\"id\":\"1d1f3c7a-0000-4000-8000-0000000000b1\",\"name\":"
                        + "\"ad-front-02.example.com\",\"type\":\"filebeat\",\"version\":\"8.14.3\",\"ephemeral_id\":"
                        + "\"9a1b0c55-0000-4000-8000-0000000000b2\"}}";
    }

    /** Nanoseconds and bytes a record. */
    private record Cost(double nanos, double bytes) {}

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void decode() {
        List<byte[]> samples = decoder.sampleExposures();
        long fast = samples.stream().filter(decoder::takesFastPath).count();
        System.out.printf(
                Locale.ROOT,
                "%n%d of %d sample events take the fast path%n%n"
                        + "| event | bytes | way | ns, median | min | max | bytes allocated |%n|---|---|---|---|---|---|---|%n",
                fast,
                samples.size());
        for (Kind kind : Kind.values()) {
            measure(kind);
        }
        System.out.printf(
                Locale.ROOT,
                "load average %.1f (%d)%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                sum);
    }

    private void measure(Kind kind) {
        List<byte[]> values = kind.records();
        assertThat(values).allMatch(decoder::takesFastPath);
        List<String> names = List.of("parser", "fast", "fast, hashed");
        List<Function<byte[], Decoded>> ways = List.of(decoder::parse, decoder::decode, this::hashed);
        List<List<Cost>> costs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (int way = 0; way < ways.size(); way++) {
                Cost cost = cost(values, ways.get(way));
                if (round >= 0) {
                    costs.get(way).add(cost);
                }
            }
        }
        for (int way = 0; way < ways.size(); way++) {
            List<Double> nanos =
                    costs.get(way).stream().map(Cost::nanos).sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %s | %.0f | %.0f | %.0f | %.0f |%n",
                    kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    values.get(0).length,
                    names.get(way),
                    nanos.get(nanos.size() / 2),
                    Collections.min(nanos),
                    Collections.max(nanos),
                    costs.get(way).get(ROUNDS - 1).bytes());
        }
    }

    private Decoded hashed(byte[] value) {
        Decoded decoded = decoder.decode(value);
        sum += decoded instanceof Exposure exposure ? exposure.hashOfIds() + exposure.exposedAtMillis() : 0;
        return decoded;
    }

    private Cost cost(List<byte[]> values, Function<byte[], Decoded> way) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        for (int time = 0; time < TIMES; time++) {
            for (byte[] value : values) {
                sum += way.apply(value) instanceof Exposure exposure ? exposure.priceMicros() : 1;
            }
        }
        double records = (double) TIMES * values.size();
        return new Cost(
                (System.nanoTime() - begin) / records, (threads.getCurrentThreadAllocatedBytes() - bytes) / records);
    }
}
