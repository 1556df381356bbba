package dev.exposure.intake.decode;

import org.jspecify.annotations.Nullable;

/**
 * Why a record holds no usable exposure.
 *
 * @param field configured name of the field concerned, or null when the rejection is not about one field
 * @param detail explanation for a person; never holds content of the record
 */
public record Rejection(Reason reason, @Nullable String field, String detail) implements Decoded {

    /** Classes of rejections, used as metric label and dead-letter header. */
    public enum Reason {
        /** No value, or nothing but white space. */
        EMPTY,
        /** Event or line is not exactly one well-formed JSON object within the limits. */
        NOT_JSON,
        /** Well-formed event that holds no exposure line. */
        NO_EXPOSURE,
        /** Required field absent, null or empty. */
        MISSING_FIELD,
        /** Field of the wrong type, length or range. */
        BAD_FIELD,
        /** Value longer than the configured limit. */
        TOO_LARGE
    }
}
