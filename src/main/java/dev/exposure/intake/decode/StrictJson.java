package dev.exposure.intake.decode;

import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** JSON parser that takes what RFC 8259 allows and nothing else, within limits. */
final class StrictJson {

    /** Filebeat's events are about six deep; one that is deeper than this is no event. */
    static final int MAX_DEPTH = 100;

    static final int MAX_NUMBER_LENGTH = 1000;

    private final JsonFactory factory;

    StrictJson(DataSize maxSize) {
        int size = Math.toIntExact(maxSize.toBytes());
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(size)
                        .maxStringLength(size)
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build())
                // Otherwise bytes that look like UTF-16 or UTF-32 would be read as such.
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .build();
    }

    JsonParser parse(byte[] bytes, int offset) {
        return this.factory.createParser(ObjectReadContext.empty(), bytes, offset, bytes.length - offset);
    }

    /** Reads the characters in place, so they must stay as they are until the parser is closed. */
    JsonParser parse(char[] text, int offset, int length) {
        return this.factory.createParser(ObjectReadContext.empty(), text, offset, length);
    }

    /** Says what is wrong and where. The parser's own message is never used, because it quotes the content. */
    static Rejection rejection(String what, JacksonException cause) {
        if (cause instanceof StreamConstraintsException) {
            return notJson(what + " is nested too deeply, or holds an oversized name or number");
        }
        TokenStreamLocation location = cause.getLocation();
        if (location == null) {
            return notJson(what + " is not well-formed JSON");
        }
        return location.getByteOffset() >= 0
                ? notJson(what + " is not well-formed JSON at byte " + location.getByteOffset())
                : notJson(what + " is not well-formed JSON at character " + location.getCharOffset());
    }

    static Rejection notJson(String detail) {
        return new Rejection(Rejection.Reason.NOT_JSON, null, detail);
    }
}
