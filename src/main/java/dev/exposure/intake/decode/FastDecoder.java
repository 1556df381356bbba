package dev.exposure.intake.decode;

import dev.exposure.intake.scan.ExposureTime;
import dev.exposure.intake.scan.JsonScanner;
import dev.exposure.intake.scan.NameReader;
import dev.exposure.intake.scan.UnreadValues;
import dev.exposure.intake.scan.Utf8;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual event in one pass over its bytes. Makes no object except the exposure.
 *
 * <p>It is written by hand because decoding is most of the cost of a record, and no parser is nearly as fast. It either
 * returns exactly the exposure that {@link EventReader} returns, or leaves the record to {@link EventReader}, which alone
 * rejects. So it need not know every event, but must be certain of those that it accepts; {@code FastPathTests} compares
 * both on a million events. An instance belongs to one thread.
 */
final class FastDecoder {

    private final NameReader<Keys.Key> names;
    private final JsonScanner scanner = new JsonScanner();
    private final UnreadValues unread = new UnreadValues();
    private final FastLine message;
    private final FastLine root;
    private FastLine target;
    private FastLine spare;
    private boolean hasMessage;
    private boolean hasTarget;
    private long seen;
    private int timestampFrom;
    private int timestampTo;

    FastDecoder(Keys keys, Clock clock) {
        this.names = new NameReader<>(keys.table());
        ExposureTime time = new ExposureTime(clock);
        this.message = new FastLine(keys, time);
        this.root = new FastLine(keys, time);
        this.target = new FastLine(keys, time);
        this.spare = new FastLine(keys, time);
    }

    /** The exposure in the bytes, or null where the parser has to judge. */
    @Nullable
    Exposure decode(byte[] value) {
        if (!Utf8.isValid(value)) {
            return null;
        }
        start(value);
        if (scanner.next() != '{') {
            return null;
        }
        for (boolean more = scanner.enter(); more; more = scanner.more()) {
            Keys.Key key = names.read(scanner);
            if (key != null) {
                readMember(key);
            } else if (!scanner.failed()) {
                unread.pass(scanner);
            }
        }
        if (scanner.failed() || !scanner.isAtEnd()) {
            return null;
        }
        FastLine line = hasMessage ? message : hasTarget ? target : root;
        return line.isExposure() ? line.toExposure(value, timestampFrom, timestampTo) : null;
    }

    private void start(byte[] value) {
        scanner.start(value);
        names.start(scanner);
        unread.start(value);
        message.clear();
        root.clear();
        hasMessage = false;
        hasTarget = false;
        seen = 0;
        timestampFrom = 0;
        timestampTo = 0;
    }

    private void readMember(Keys.Key key) {
        boolean repeated = (seen & key.bit()) != 0;
        seen |= key.bit();
        if (!key.isPlain() || (repeated && key.field() == null)) {
            scanner.fail();
        } else if (key.field() != null) {
            root.read(key, key.field(), scanner, 1);
        } else if (key.isTimestamp()) {
            readTimestamp();
        } else if (key.isMessage()) {
            readMessage();
        } else {
            readTarget();
        }
    }

    private void readTimestamp() {
        if (scanner.next() != '"') {
            scanner.number();
        } else if (!scanner.string() || scanner.isEscaped()) {
            scanner.fail();
        }
        timestampFrom = scanner.from();
        timestampTo = scanner.to();
    }

    private void readMessage() {
        if (scanner.next() != '"') {
            scanner.skip(1);
        } else if (scanner.enterText()) {
            message.readAll(scanner, 1);
            scanner.leaveText();
            hasMessage = true;
        }
    }

    // With a line in message, no target matters. Filebeat's own "log" is read and found to be no line.
    private void readTarget() {
        int c = hasMessage ? 0 : scanner.next();
        boolean text = c == '"';
        if (c != '{' && !text) {
            scanner.skip(1);
        } else if (!text || scanner.enterText()) {
            spare.clear();
            spare.readAll(scanner, text ? 1 : 2);
            if (text) {
                scanner.leaveText();
            }
            if (spare.isExposure()) {
                keepTarget();
            }
        }
    }

    private void keepTarget() {
        if (hasTarget) {
            scanner.fail();
        }
        hasTarget = true;
        FastLine kept = spare;
        spare = target;
        target = kept;
    }
}
