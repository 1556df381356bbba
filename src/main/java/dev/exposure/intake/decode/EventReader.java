package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one event once and finds its line, wherever it is in the event.
 *
 * <p>A {@code message} that begins with an opening brace is the line, even if it is broken. Exception: if it names no
 * required field but has a target that does, that target is the line. Without such a message, the line is the target,
 * or else the root, that names at least one required field. The required field is needed because Filebeat writes its
 * own {@code log} into every event, the root of a bare line may hold an unrelated object with a target's name, and an
 * operator may add a region or a device to every event's root.
 */
final class EventReader {

    private final LineFactory lines;
    private final LineHolder root;
    private @Nullable LineHolder message;
    private byte @Nullable [] timestamp;
    private boolean seenMessage;
    private boolean plainMessage;
    private @Nullable Rejection broken;

    EventReader(LineFactory lines) {
        this.lines = lines;
        this.root = new LineHolder(lines);
    }

    /** Reads the whole event and decides its outcome. */
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
            Keys.Key key = lines.keys().find(name);
            if (key != null) {
                readMember(key, parser);
            }
            if (broken != null) {
                return broken;
            }
            parser.skipChildren();
        }
        return parser.nextToken() != null ? StrictJson.notJson("event is followed by something else") : verdict();
    }

    private void readMember(Keys.Key key, JsonParser parser) {
        if (key.isTimestamp()) {
            readTimestamp(parser);
        }
        if (key.isMessage() && seenMessage) {
            broken = StrictJson.notJson("message occurs twice in the event");
        } else if (key.isMessage() && parser.currentToken() == JsonToken.VALUE_STRING) {
            readMessage(new LineText(parser));
        } else {
            root.read(key, parser);
        }
        seenMessage |= key.isMessage();
    }

    // Filebeat 6.0 to 7.1 may write @timestamp twice (elastic/beats#5437); the first is the event's own.
    private void readTimestamp(JsonParser parser) {
        if (timestamp == null
                && parser.currentToken().isScalarValue()
                && parser.currentToken() != JsonToken.VALUE_NULL
                && parser.getStringLength() > 0) {
            timestamp = parser.getString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private void readMessage(LineText text) {
        if (!text.isObject()) {
            plainMessage = !text.isBlank();
            return;
        }
        LineHolder holder = new LineHolder(lines);
        message = holder;
        try {
            if (!text.read(lines.json(), holder::readAll)) {
                broken = StrictJson.notJson("line in message is followed by something else");
            }
        } catch (JacksonException ex) {
            broken = StrictJson.rejection("line in message", ex);
        }
    }

    private Decoded verdict() {
        if (message != null) {
            return message.own().isExposure()
                    ? message.own().toDecoded(timestamp)
                    : ofTargets(message, message.own().toDecoded(timestamp));
        }
        if (root.target() == null && !root.hasRepeatedTarget() && root.own().isExposure()) {
            return root.own().toDecoded(timestamp);
        }
        return ofTargets(
                root,
                plainMessage
                        ? StrictJson.notJson("message or a target is not a JSON object")
                        : new Rejection(
                                Reason.NO_EXPOSURE, null, "neither message nor a target nor the root holds a line"));
    }

    private Decoded ofTargets(LineHolder holder, Decoded otherwise) {
        if (holder.hasRepeatedTarget()) {
            return StrictJson.notJson("a target occurs twice");
        }
        Line target = holder.target();
        if (target != null) {
            return target.toDecoded(timestamp);
        }
        Rejection problem = holder.targetProblem();
        return problem != null ? problem : otherwise;
    }
}
