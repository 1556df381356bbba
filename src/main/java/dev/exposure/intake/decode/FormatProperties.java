package dev.exposure.intake.decode;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How records are read.
 *
 * @param maxLineSize Size above which a record's value is dead-lettered unread, from 64B to 64MB.
 * @param targets Names in an event's root, or in a message's object, under which the line may be, as an object or as a text;
 *     if several hold a line, the first of this list counts.
 * @param fields Names of the exposure's fields in the line, by field: exposure-id, ad-id, exposed-at, campaign-id,
 *     creative-id, slot-id, request-id, user-id, device, region, price-micros, test. A field that is not mapped has its own
 *     name, with underscores.
 */
@Validated
@ConfigurationProperties("intake.format")
public record FormatProperties(
        @DefaultValue("1MB") DataSize maxLineSize,

        @DefaultValue({"json", "exposure", "log"}) @Size(max = 16, message = "must be at most {max} names")
        List<@NotBlank(message = "must be a name in the event's root, not blank") String> targets,

        @DefaultValue Map<String, String> fields) {

    private static final String SIZE_PROPERTY = "intake.format.max-line-size";
    private static final String FIELDS_PROPERTY = "intake.format.fields.";
    private static final DataSize MIN_SIZE = DataSize.ofBytes(64);
    private static final DataSize MAX_SIZE = DataSize.ofMegabytes(64);

    /** Checks what annotations cannot check, and completes the mapping with the defaults. */
    public FormatProperties {
        checkSize(maxLineSize);
        targets = List.copyOf(targets);
        fields = complete(fields);
        checkNames(fields);
    }

    /** Name that the field has in a line. */
    String nameOf(Field field) {
        return fields.getOrDefault(field.propertyKey(), field.defaultName());
    }

    private static void checkSize(DataSize size) {
        if (size.compareTo(MIN_SIZE) < 0 || size.compareTo(MAX_SIZE) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    SIZE_PROPERTY, size, "Must be a size from 64B to 64MB, such as 1MB.");
        }
    }

    /**
     * Gives every field its name. Keys are compared without their punctuation, because an environment variable's key
     * arrives as {@code ad.id} or {@code adid}; of two spellings of one key the first counts, which is the one of
     * higher precedence.
     */
    private static Map<String, String> complete(Map<String, String> mapping) {
        Map<String, String> names = new LinkedHashMap<>();
        mapping.forEach((key, name) -> names.putIfAbsent(fieldFor(key, name).propertyKey(), name));
        for (Field field : Field.values()) {
            names.putIfAbsent(field.propertyKey(), field.defaultName());
        }
        return Collections.unmodifiableMap(names);
    }

    // An unknown key is refused from any source: a typo here would drop a field of every record without notice.
    private static Field fieldFor(String key, @Nullable String name) {
        String uniform = uniform(key);
        for (Field field : Field.values()) {
            if (uniform(field.propertyKey()).equals(uniform)) {
                return field;
            }
        }
        String known = Arrays.stream(Field.values()).map(Field::propertyKey).collect(Collectors.joining(", "));
        throw invalidName(key, name, "There is no such field. Fields are " + known + ".");
    }

    private static void checkNames(Map<String, String> fields) {
        Map<String, String> taken = new LinkedHashMap<>();
        fields.forEach((key, name) -> {
            if (name == null || name.isBlank() || !name.equals(name.strip())) {
                throw invalidName(key, name, "Must be a name in the line, not blank, no white space around it.");
            }
            if (name.equals(Keys.MESSAGE)) {
                throw invalidName(key, name, "Must be another name; in an event, this one holds the line itself.");
            }
            String other = taken.putIfAbsent(name, key);
            if (other != null) {
                throw invalidName(key, name, "Must differ from the name of " + other + ": a name is allowed once.");
            }
        });
    }

    private static RuntimeException invalidName(String key, @Nullable String name, String rule) {
        return new InvalidConfigurationPropertyValueException(FIELDS_PROPERTY + key, name, rule);
    }

    private static String uniform(String key) {
        return key.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }
}
