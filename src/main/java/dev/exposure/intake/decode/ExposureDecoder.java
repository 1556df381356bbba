package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.scan.ExposureTime;
import dev.exposure.intake.scan.Utf8;
import java.nio.CharBuffer;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Turns a record's value into exactly one outcome, and never throws. Used by several consumer threads at once.
 *
 * <p>Where JSON leaves a choice, it is strict, because an exposure that two readers may understand in two ways must not
 * be counted on a guess: the value is UTF-8 throughout; a line that names a field twice, or an event that names
 * {@code message} twice, is not JSON to it, nor is one that names a target twice and whose line may be there; while names
 * that do not matter may repeat, as {@code @timestamp} does in events of Filebeat 6. One byte order mark at the very
 * beginning is passed over.
 */
public final class ExposureDecoder {

    private final long maxSize;
    private final Keys keys;
    private final StrictJson json;
    private final Clock clock;
    private final ThreadLocal<FastDecoder> fast;

    /** Decodes what the properties describe, and compares times with the clock. */
    public ExposureDecoder(FormatProperties properties, Clock clock) {
        this.maxSize = properties.maxLineSize().toBytes();
        this.keys = new Keys(properties);
        this.json = new StrictJson(properties.maxLineSize());
        this.clock = clock;
        this.fast = ThreadLocal.withInitial(() -> new FastDecoder(keys, clock));
    }

    /** Decodes one value, which is null for a tombstone. */
    public Decoded decode(byte @Nullable [] value) {
        return decode(value, fast.get());
    }

    /** Decodes values one after the other on the calling thread, as {@link #decode(byte[])} does. */
    public Function<byte @Nullable [], Decoded> forThisThread() {
        FastDecoder own = fast.get(); // looked up once, and not for each record
        return value -> decode(value, own);
    }

    private Decoded decode(byte @Nullable [] value, FastDecoder fastDecoder) {
        if (value == null || value.length == 0) {
            return new Rejection(Reason.EMPTY, null, "holds no value");
        }
        if (value.length > maxSize) {
            String detail = "has " + value.length + " bytes, of which at most " + maxSize + " are allowed";
            return new Rejection(Reason.TOO_LARGE, null, detail);
        }
        Exposure exposure = decodeFast(value, fastDecoder);
        return exposure != null ? exposure : parse(value);
    }

    private static @Nullable Exposure decodeFast(byte[] value, FastDecoder fastDecoder) {
        try {
            return fastDecoder.decode(value);
        } catch (RuntimeException ex) {
            // A defect of ours; the parser judges this record as it does all those that the fast path leaves to it.
            return null;
        }
    }

    /** Decodes the value by the parser alone, which judges what the fast path is not certain of. */
    Decoded parse(byte[] value) {
        CharBuffer text = Utf8.decode(value);
        if (text == null) {
            return StrictJson.notJson("event is not UTF-8");
        }
        try (JsonParser parser = json.parse(text.array(), text.position(), text.remaining())) {
            return new EventReader(new LineFactory(keys, json, new ExposureTime(clock))).read(parser);
        } catch (JacksonException ex) {
            return StrictJson.rejection("event", ex);
        } catch (RuntimeException ex) {
            // A defect, the parser's or ours, has to cost one record and not stop its partition.
            return StrictJson.notJson(
                    "event made the decoder fail: " + ex.getClass().getSimpleName());
        }
    }
}
