package dev.exposure.intake.decode;

import dev.exposure.intake.scan.JsonScanner;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON parser that accepts only what RFC 8259 allows, within limits.
 *
 * <p>It keeps no table of the names that it has seen. Jackson's parsers share such a table; names made to collide in it
 * caused other events to be refused, or made the parser fail. Without it every name is a new text, and an event's outcome
 * depends only on the event.
 */
final class StrictJson {

    private final JsonFactory factory;

    StrictJson(DataSize maxSize) {
        int size = Math.toIntExact(maxSize.toBytes());
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(size)
                        .maxStringLength(size)
                        .maxNestingDepth(JsonScanner.MAX_DEPTH)
                        // The parser converts no number, so a long one costs no more than a long text.
                        .maxNumberLength(size)
                        .maxNameLength(size)
                        .build())
                .disable(JsonFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .disable(JsonFactory.Feature.INTERN_PROPERTY_NAMES)
                .build();
    }

    /** Reads the characters in place, so they must stay as they are until the parser is closed. */
    JsonParser parse(char[] text, int offset, int length) {
        return factory.createParser(ObjectReadContext.empty(), text, offset, length);
    }

    /** Says what is wrong and where. The parser's own message is never used, because it quotes the content. */
    static Rejection rejection(String what, JacksonException cause) {
        if (cause instanceof StreamConstraintsException) {
            return notJson(what + " is nested too deeply");
        }
        TokenStreamLocation location = cause.getLocation();
        if (location == null) {
            return notJson(what + " is not well-formed JSON");
        }
        return notJson(what + " is not well-formed JSON at character " + location.getCharOffset());
    }

    static Rejection notJson(String detail) {
        return new Rejection(Rejection.Reason.NOT_JSON, null, detail);
    }
}
