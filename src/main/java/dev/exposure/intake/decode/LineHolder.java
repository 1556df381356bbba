package dev.exposure.intake.decode;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An object in which an exposure line may be: an event's root, or the object in its {@code message}. */
final class LineHolder {

    private final LineFactory lines;
    private final Line own;
    private @Nullable Line target;
    private int targetRank;
    private long seenTargets;
    private boolean repeatedTarget;
    private boolean plainTarget;
    private @Nullable Rejection brokenTarget;

    LineHolder(LineFactory lines) {
        this.lines = lines;
        this.own = lines.line();
    }

    /** Line whose fields are the object's own members. */
    Line own() {
        return own;
    }

    /** Line under a target that names a required field; of several, the first in the configured order. */
    @Nullable
    Line target() {
        return target;
    }

    /** Whether a target occurs twice, so that nobody can tell which one counts. */
    boolean hasRepeatedTarget() {
        return repeatedTarget;
    }

    /** What is wrong with a target that holds a text instead of a line; null if there is no such target. */
    @Nullable
    Rejection targetProblem() {
        if (brokenTarget != null) {
            return brokenTarget;
        }
        return plainTarget ? StrictJson.notJson("message or a target is not a JSON object") : null;
    }

    /** Reads the members of the object that the parser has just entered, up to its end. */
    void readAll(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Keys.Key key = lines.keys().find(name);
            if (key != null) {
                read(key, parser);
            }
            parser.skipChildren();
        }
    }

    /** Reads the parser's current value if the key is a target's or a field's. */
    void read(Keys.Key key, JsonParser parser) {
        if (key.target() >= 0) {
            repeatedTarget |= (seenTargets & key.bit()) != 0;
            seenTargets |= key.bit();
        }
        boolean usable = key.target() >= 0 && !repeatedTarget;
        if (usable && parser.currentToken() == JsonToken.START_OBJECT) {
            Line line = lines.line();
            line.readAll(parser);
            offer(line, key.target());
            return;
        }
        if (usable && parser.currentToken() == JsonToken.VALUE_STRING) {
            readText(key, parser);
        }
        own.read(key, parser);
    }

    private void readText(Keys.Key key, JsonParser parser) {
        LineText text = new LineText(parser);
        if (!text.isObject()) {
            plainTarget |= !text.isBlank() && key.field() == null;
            return;
        }
        try {
            Line line = lines.line();
            if (text.read(lines.json(), line::readAll)) {
                offer(line, key.target());
            } else {
                brokenTarget = StrictJson.notJson("line in a target is followed by something else");
            }
        } catch (JacksonException ex) {
            brokenTarget = StrictJson.rejection("line in a target", ex);
        }
    }

    private void offer(Line line, int rank) {
        if (line.isExposure() && (target == null || rank < targetRank)) {
            target = line;
            targetRank = rank;
        }
    }
}
