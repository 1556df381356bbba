package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks once through one event and finds its line, wherever in the event that comes.
 *
 * <p>A {@code message} that begins with an opening brace is the line, whatever else there is, and even if it is broken.
 * Else the line is the target, or else the root, that names at least one required field. This is asked because the
 * root of a bare line may hold an unrelated object with a target's name, and every event's root may hold a region or a
 * device that an operator added. An event where nothing qualifies, but a target is there, is judged by the target.
 */
final class EventReader {

    private final Keys keys;
    private final StrictJson json;
    private final ExposureTime time;

    private @Nullable Line message;
    private @Nullable Line target;
    private int targetRank;
    private @Nullable Line root;
    private @Nullable String timestamp;
    private boolean plainText;
    private long seen;
    private @Nullable Rejection broken;

    EventReader(Keys keys, StrictJson json, ExposureTime time) {
        this.keys = keys;
        this.json = json;
        this.time = time;
    }

    /** Reads everything that the parser has, and says what it amounts to. */
    Decoded read(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return new Rejection(Reason.EMPTY, null, "holds nothing but white space");
        }
        if (first != JsonToken.START_OBJECT) {
            return StrictJson.notJson("event is not a JSON object");
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Keys.Key key = this.keys.find(name);
            if (key != null) {
                readMember(key, parser);
            }
            if (this.broken != null) {
                return this.broken;
            }
            parser.skipChildren();
        }
        return parser.nextToken() != null ? StrictJson.notJson("event is followed by something else") : verdict();
    }

    private void readMember(Keys.Key key, JsonParser parser) {
        boolean repeated = (this.seen & key.bit()) != 0;
        this.seen |= key.bit();
        if (key.isTimestamp()) {
            readTimestamp(parser);
        }
        if (repeated && key.mayHoldLine()) {
            this.broken = StrictJson.notJson("message or a target occurs twice in the event");
        } else if (key.isMessage() && parser.currentToken() == JsonToken.VALUE_STRING) {
            readMessage(parser);
        } else if (this.message == null) {
            readDecoded(key, parser);
        }
    }

    // Filebeat 6.0 to 7.1 may write @timestamp twice (elastic/beats#5437); the first is the event's own.
    private void readTimestamp(JsonParser parser) {
        if (this.timestamp == null
                && parser.currentToken().isScalarValue()
                && parser.currentToken() != JsonToken.VALUE_NULL
                && parser.getStringLength() > 0) {
            this.timestamp = parser.getString();
        }
    }

    private void readMessage(JsonParser parser) {
        char[] text = parser.getStringCharacters();
        int start = parser.getStringOffset();
        int end = start + parser.getStringLength();
        int first = start;
        while (first < end && isWhiteSpace(text[first])) {
            first++;
        }
        if (first < end && text[first] == '{') {
            readLine(text, first, end - first);
        } else {
            this.plainText = first < end;
        }
    }

    // Parses the text where it is: the event's parser leaves its buffer alone until it is asked for the next token.
    private void readLine(char[] text, int offset, int length) {
        try (JsonParser parser = this.json.parse(text, offset, length)) {
            parser.nextToken();
            this.message = new Line(this.keys, this.time);
            this.message.readAll(parser);
            if (parser.nextToken() != null) {
                this.broken = StrictJson.notJson("line in message is followed by something else");
            }
        } catch (JacksonException ex) {
            this.broken = StrictJson.rejection("line in message", ex);
        }
    }

    private void readDecoded(Keys.Key key, JsonParser parser) {
        if (key.target() >= 0 && parser.currentToken() == JsonToken.START_OBJECT) {
            Line line = new Line(this.keys, this.time);
            line.readAll(parser);
            if (isBetter(line, key.target())) {
                this.target = line;
                this.targetRank = key.target();
            }
        } else if (key.field() != null) {
            if (this.root == null) {
                this.root = new Line(this.keys, this.time);
            }
            this.root.read(key, parser);
        }
    }

    private boolean isBetter(Line line, int rank) {
        if (this.target == null) {
            return true;
        }
        return this.target.isExposure() == line.isExposure() ? rank < this.targetRank : line.isExposure();
    }

    private Decoded verdict() {
        Line line = chosen();
        if (line != null) {
            return line.toDecoded(this.timestamp);
        }
        return this.plainText
                ? StrictJson.notJson("message is not a JSON object")
                : new Rejection(Reason.NO_EXPOSURE, null, "neither message nor a target nor the root holds a line");
    }

    private @Nullable Line chosen() {
        if (this.message != null) {
            return this.message;
        }
        if (this.target != null && this.target.isExposure()) {
            return this.target;
        }
        return this.root != null && this.root.isExposure() ? this.root : this.target;
    }

    private static boolean isWhiteSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
