package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Names that were made to collide in a hash table change the outcome of no event, neither their own nor another's. The
 * events share one decoder, as those of all partitions do.
 */
class CollidingNamesTests {

    private static final int EVENTS = 160;

    /** Few names an event, so that only together they are too many; and in one event of 20 too many at once. */
    private static final int NAMES = 60;

    private static final int MANY_NAMES = 1_000;
    private static final int INNOCENT = 3_000;
    private static final int THREADS = 4;

    /** Ways to make names of which a parser's table may hold only a few. */
    enum Family {
        /** Four bytes at a time are added up, so that their order does not matter. */
        PERMUTED_QUADS,
        /** The same in longer names. */
        MANY_PERMUTED_QUADS,
        /** Three-byte characters, so that a group of four bytes has no character of its own. */
        PERMUTED_WIDE_CHARACTERS,
        /** With 33 as the factor, each character weighs 33 times what its successor does. */
        FACTOR_33,
        /** The same for 31, the factor of {@link String#hashCode}. */
        FACTOR_31,
        /** No collision, but more names than any table should keep. */
        NEVER_THE_SAME;

        String name(int i) {
            return switch (this) {
                case PERMUTED_QUADS -> "prefix-12345" + shuffled(quads(12), i);
                case MANY_PERMUTED_QUADS -> "prefix-12345" + shuffled(quads(60), i);
                case PERMUTED_WIDE_CHARACTERS ->
                    "prefix-12345" + shuffled(List.of("\u9996\u9875a\u4fe1b\u606fcc".split("")), i) + i;
                case FACTOR_33 -> pairs(i, "aa", "b@");
                case FACTOR_31 -> pairs(i, "Aa", "BB");
                case NEVER_THE_SAME -> "request-" + i;
            };
        }

        String object(int event) {
            int first = event * MANY_NAMES;
            return IntStream.range(first, first + (event % 20 == 0 ? MANY_NAMES : NAMES))
                    .mapToObj(this::name)
                    .map(name -> Records.quote(name) + ":1")
                    .collect(Collectors.joining(",", "{", "}"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodeWhenNamesOfOtherEventsCollideGivesEachItsOwnOutcome(Family family) throws Exception {
        ExposureDecoder decoder = Records.decoder();
        List<String> values = values(family);
        Callable<Map<String, Decoded>> work = () -> values.stream()
                .distinct()
                .collect(Collectors.toMap(value -> value, value -> decoder.decode(Records.utf8(value))));
        Map<String, Decoded> alone =
                values.stream().distinct().collect(Collectors.toMap(value -> value, value -> Records.decode(value)));
        assertThat(alone.values()).allMatch(Exposure.class::isInstance);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Map<String, Decoded>> result : threads.invokeAll(Collections.nCopies(THREADS, work))) {
                assertThat(result.get().equals(alone)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Crafted and innocent events, mixed. */
    private static List<String> values(Family family) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            String names = family.object(i);
            String line = Records.lineWith("exposure_id", String.valueOf(i));
            values.add(Records.event("\"labels\":" + names + ",", line, ""));
            values.add(Records.event(line.replace("}", ",\"labels\":" + names + "}")));
            values.add("{\"json\":" + line.replace("}", "," + names.substring(1)) + "}");
            values.add("{\"log\":" + Records.quote(line.replace("}", "," + names.substring(1))) + "}");
        }
        for (int i = 0; i < INNOCENT; i++) {
            String line = Records.lineWith("exposure_id", "\"innocent-" + i + "\"");
            values.add(Records.event("\"host\":{\"name\":\"a\",\"pod-template-hash\":\"x\"},", line, ""));
        }
        Collections.shuffle(values, new Random(7));
        return values;
    }

    private static List<String> quads(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format("k%03d", i * 7))
                .toList();
    }

    private static String shuffled(List<String> parts, int seed) {
        List<String> result = new ArrayList<>(parts);
        Collections.shuffle(result, new Random(seed));
        return String.join("", result);
    }

    private static String pairs(int choices, String one, String other) {
        String[] pairs = new String[18];
        Arrays.setAll(pairs, i -> (choices >> i & 1) == 0 ? one : other);
        return String.join("", pairs);
    }
}
