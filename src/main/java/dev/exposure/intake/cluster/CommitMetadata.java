package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.LogId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that goes with each offset committed to Kafka: it tells which log the offset refers to, so that an offset of a
 * deleted topic or of another cluster is recognized.
 *
 * @param log log that the offset refers to
 * @param seed whether the offset only pins the group's first start, before anything was read
 */
public record CommitMetadata(LogId log, boolean seed) {

    private static final Pattern FORM = Pattern.compile("v1;cluster=([^;]+);topic=([^;]+)(;seed)?");

    /** Text as committed, below 100 characters. */
    public String text() {
        return "v1;cluster=" + log.clusterId() + ";topic=" + log.topicId() + (seed ? ";seed" : "");
    }

    /** Reads what {@link #text()} wrote; null for the metadata of other tools. */
    public static @Nullable CommitMetadata parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? new CommitMetadata(new LogId(matcher.group(1), matcher.group(2)), matcher.group(3) != null)
                : null;
    }
}
