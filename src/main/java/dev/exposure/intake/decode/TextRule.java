package dev.exposure.intake.decode;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Rule for ids and other short texts: a string or an integer that every database can store. */
final class TextRule {

    /** In UTF-16 units, the strictest count: a database that counts code points or UTF-16 units takes the text. */
    static final int MAX_LENGTH = 128;

    private TextRule() {}

    /** What is wrong with the value at which the parser stands, or null. */
    static @Nullable String problem(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            return "must be a string or an integer";
        }
        if (parser.getStringLength() > MAX_LENGTH) {
            return "has " + parser.getStringLength() + " characters, of which at most " + MAX_LENGTH + " are allowed";
        }
        if (token == JsonToken.VALUE_STRING && !isStorable(parser)) {
            return "holds a NUL character or an unpaired surrogate";
        }
        return null;
    }

    /** Text of the value; an integer keeps all its digits. */
    static String value(JsonParser parser) {
        String text = parser.getString();
        // The one integer that JSON can write in two ways, which must not become two ids.
        return text.equals("-0") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? "0" : text;
    }

    // PostgreSQL has no NUL in a text, and UTF-8 no unpaired surrogate: such a text would be refused at every attempt.
    private static boolean isStorable(JsonParser parser) {
        char[] chars = parser.getStringCharacters();
        int end = parser.getStringOffset() + parser.getStringLength();
        for (int i = parser.getStringOffset(); i < end; i++) {
            char c = chars[i];
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                i++;
                if (i == end || !Character.isSurrogatePair(c, chars[i])) {
                    return false;
                }
            }
        }
        return true;
    }
}
