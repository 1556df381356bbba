package dev.exposure.intake.replay;

import dev.exposure.intake.partition.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One run of the command: takes each dead letter that the filters keep, and sums up at the end what became of them. */
final class Run {

    private final Options options;
    private final String topicSuffix;
    private final Lines lines;
    private final BooleanSupplier stopped;
    private final Map<String, Long> byReason = new TreeMap<>();
    private final Map<TopicPartition, Long> done = new HashMap<>();
    private long kept;
    private long skipped;
    private boolean failed;

    /**
     * Run with these options.
     *
     * @param stopped whether somebody wants it to end; asked after each poll
     */
    Run(Options options, String topicSuffix, Lines lines, BooleanSupplier stopped) {
        this.options = options;
        this.topicSuffix = topicSuffix;
        this.lines = lines;
        this.stopped = stopped;
    }

    /** Reads the dead letters; sends them if there is a resender, else lists them. */
    void start(DeadLetterReader reader, List<String> topics, @Nullable Resender resender) {
        if (resender == null) {
            lines.heading();
        }
        reader.read(topics, options.since(), options.after(), letters -> take(letters, resender));
        sumUp(resender);
    }

    /** Takes what one poll brought, and returns whether to read more. */
    private boolean take(List<DeadLetter> letters, @Nullable Resender resender) {
        List<DeadLetter> toSend = new ArrayList<>();
        for (DeadLetter letter : letters) {
            if (kept < options.limit() && options.keep(letter)) {
                kept++;
                byReason.merge(letter.reason(), 1L, Long::sum);
                if (resender == null) {
                    list(letter);
                }
                if (options.resend()) {
                    sort(letter, toSend, resender);
                }
            }
        }
        int tried = toSend.size();
        if (resender != null) {
            tried = resender.send(toSend);
            failed = resender.failed() > 0;
        }
        DeadLetter next = tried < toSend.size() ? toSend.get(tried) : null;
        for (DeadLetter letter : letters) {
            if (letter.equals(next)) {
                break;
            }
            done.put(
                    new TopicPartition(letter.record().topic(), letter.record().partition()),
                    letter.record().offset());
        }
        return !failed && kept < options.limit() && !stopped.getAsBoolean();
    }

    private void list(DeadLetter letter) {
        lines.deadLetter(letter);
        if (options.showContent()) {
            lines.content(letter);
        }
    }

    private void sort(DeadLetter letter, List<DeadLetter> toSend, @Nullable Resender resender) {
        String obstacle = Resender.obstacle(letter, topicSuffix);
        if (obstacle == null) {
            toSend.add(letter);
            return;
        }
        skipped++;
        if (resender != null) {
            lines.skipped(letter, obstacle);
        }
    }

    boolean failed() {
        return failed;
    }

    private void sumUp(@Nullable Resender resender) {
        String reasons = byReason.entrySet().stream()
                .map(it -> it.getValue() + " " + Printable.of(it.getKey()))
                .collect(Collectors.joining(", "));
        lines.say(kept == 0 ? "No dead letters." : "Dead letters: " + kept + " (" + reasons + ").");
        if (resender == null && options.resend()) {
            lines.say("Would send " + (kept - skipped) + " and skip " + skipped
                    + ". Nothing was sent: add --yes to send them.");
        } else if (resender != null) {
            long sent =
                    resender.sent().values().stream().mapToLong(Long::longValue).sum();
            String topics = resender.sent().entrySet().stream()
                    .map(it -> it.getValue() + " to " + it.getKey())
                    .collect(Collectors.joining(", ", " (", ")"));
            lines.say("Sent " + sent + (sent == 0 ? "" : topics) + ", skipped " + skipped + ", failed "
                    + resender.failed()
                    + ". What is marked neither sent nor unknown above was not sent.");
        }
        if (failed || stopped.getAsBoolean()) {
            lines.say((failed ? "Ended, because one was not sent." : "Stopped.")
                    + (done.isEmpty() ? "" : " To continue after these: --after=" + after()));
        }
    }

    private String after() {
        return done.entrySet().stream()
                .map(it -> it.getKey() + "@" + it.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }
}
