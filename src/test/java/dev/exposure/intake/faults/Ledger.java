package dev.exposure.intake.faults;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps account of what was written, row by row of the counts it must lead to. Safe for use by several threads. */
final class Ledger {

    /** Row of the table of counts. */
    record Row(long minute, String ad) {}

    /** Exposures and the sum of their prices. */
    record Sum(long exposures, long price) {

        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(exposures + other.exposures, price + other.price);
        }
    }

    private final Map<Integer, Long> next = new HashMap<>();
    private final Map<Row, Sum> expected = new HashMap<>();
    private final Set<String> bad = new HashSet<>();
    private long tests;

    /** Next entry for the partition. It does not count as written before {@link #written}. */
    synchronized Entry draw(int partition) {
        return draw(partition, "");
    }

    /** Next entry for the partition, its line longer by the padding. */
    synchronized Entry draw(int partition, String padding) {
        return Entry.of(partition, next.merge(partition, 1L, Long::sum) - 1, padding);
    }

    /** Takes note that Kafka has the entry. */
    synchronized void written(Entry entry) {
        switch (entry.kind()) {
            case COUNTED -> expected.merge(new Row(entry.minute(), entry.ad()), new Sum(1, entry.price()), Sum::plus);
            case TEST -> tests++;
            case BAD -> bad.add(text(entry.value()));
        }
    }

    /** How many partitions entries were drawn for. */
    synchronized int partitions() {
        return next.size();
    }

    /** How many of them are exposures that have to be counted. */
    synchronized long counted() {
        return expected.values().stream().mapToLong(Sum::exposures).sum();
    }

    /** How many entries Kafka has. */
    synchronized long written() {
        return counted() + tests + bad.size();
    }

    /**
     * Compares what was written with what came of it.
     *
     * @param counts rows of the table of counts
     * @param deadLetters values in the dead-letter topic
     */
    synchronized Balance compare(Map<Row, Sum> counts, List<byte[]> deadLetters) {
        long counted = 0;
        long lost = 0;
        long duplicated = 0;
        long misplaced = 0;
        Set<Row> rows = new HashSet<>(expected.keySet());
        rows.addAll(counts.keySet());
        for (Row row : rows) {
            Sum due = expected.getOrDefault(row, Sum.NONE);
            Sum actual = counts.getOrDefault(row, Sum.NONE);
            counted += actual.exposures();
            if (due.exposures() == 0) {
                misplaced += actual.exposures();
            } else if (actual.exposures() == due.exposures()) {
                misplaced += actual.price() == due.price() ? 0 : 1;
            } else {
                lost += Math.max(0, due.exposures() - actual.exposures());
                duplicated += Math.max(0, actual.exposures() - due.exposures());
            }
        }
        Set<String> letters = new HashSet<>();
        deadLetters.forEach(value -> letters.add(text(value)));
        lost += bad.stream().filter(value -> !letters.contains(value)).count();
        misplaced += letters.stream().filter(value -> !bad.contains(value)).count();
        return new Balance(
                written(),
                counted,
                tests,
                letters.size(),
                deadLetters.size() - letters.size(),
                lost,
                duplicated,
                misplaced);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
