package dev.exposure.intake.decode;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Rule for ids and other short texts: a string or an integer that every database can store. */
final class TextRule {

    private TextRule() {}

    /** What is wrong with the parser's current value, or null. */
    static @Nullable String problem(Field field, JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            return "must be a string or an integer";
        }
        return problem(field, parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
    }

    /** What is wrong with the characters as the text of the field, or null. */
    static @Nullable String problem(Field field, char[] chars, int from, int count) {
        int characters = count;
        for (int i = from; i < from + count; i++) {
            char c = chars[i];
            // PostgreSQL allows no NUL in a text, and UTF-8 no unpaired surrogate: each attempt to store it would fail.
            if (c == 0) {
                return "holds a NUL character or an unpaired surrogate";
            }
            if (Character.isSurrogate(c)) {
                i++;
                characters--;
                if (i == from + count || !Character.isSurrogatePair(c, chars[i])) {
                    return "holds a NUL character or an unpaired surrogate";
                }
            }
        }
        return characters > field.maxLength()
                ? "has " + characters + " characters, of which at most " + field.maxLength() + " are allowed"
                : null;
    }

    /** Text of the value, null for an empty one; an integer keeps all its digits. */
    static @Nullable String value(JsonParser parser) {
        String text = parser.getString();
        // The one integer that JSON can write in two ways, which must not become two ids.
        if (text.equals("-0") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return "0";
        }
        return text.isEmpty() ? null : text;
    }
}
