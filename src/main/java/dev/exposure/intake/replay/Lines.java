package dev.exposure.intake.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exposure.intake.partition.Printable;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Prints one line for each dead letter, and for what became of it; control characters never reach the terminal. */
final class Lines {

    private static final String FORMAT = "%-20s  %-28s  %-13s  %-14s  %10s  %s%n";
    private static final int LONGEST = 10_000;

    private final PrintStream out;

    Lines(PrintStream out) {
        this.out = out;
    }

    void heading() {
        out.printf(FORMAT, "PUBLISHED", "ORIGIN", "REASON", "FIELD", "BYTES", "DETAIL");
    }

    void deadLetter(DeadLetter letter) {
        Origin.Position origin = letter.origin();
        out.printf(
                FORMAT,
                letter.publishedAt().truncatedTo(ChronoUnit.SECONDS),
                Printable.of(origin == null ? "? (" + letter.position() + ")" : origin.toString()),
                Printable.of(letter.reason()),
                letter.field().isEmpty() ? "-" : Printable.of(letter.field()),
                letter.size() + (letter.cut() ? " cut" : ""),
                Printable.of(letter.detail()));
    }

    /** The record itself: it holds data of users. */
    void content(DeadLetter letter) {
        out.println("  at:      " + letter.position());
        for (Header header : letter.originalHeaders()) {
            out.println("  header:  " + Printable.of(header.key()) + " = " + text(header.value()));
        }
        out.println("  key:     " + text(letter.record().key()));
        out.println("  value:   " + text(letter.record().value()));
    }

    void sent(Origin.Position from, Origin.Position to) {
        out.println("sent      " + from + " -> " + to);
    }

    void notSent(Origin.Position from, @Nullable Throwable cause, boolean unknown) {
        String why = cause == null ? "no cause" : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        out.println((unknown ? "unknown   " : "not sent  ") + from + "  " + Printable.of(why)
                + (unknown ? " (it may have been written)" : ""));
    }

    void skipped(DeadLetter letter, String why) {
        out.println("skipped   " + letter.position() + "  " + why);
    }

    void say(String text) {
        out.println(text);
    }

    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "null";
        }
        String text = new String(bytes, UTF_8);
        return text.length() <= LONGEST
                ? Printable.of(text)
                : Printable.of(text.substring(0, LONGEST)) + "... (" + bytes.length + " bytes in all)";
    }
}
