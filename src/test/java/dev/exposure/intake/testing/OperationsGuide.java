package dev.exposure.intake.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that docs/operations.md tells an operator to give. */
public final class OperationsGuide {

    private static final Pattern MOVE =
            Pattern.compile("```sql\\n(UPDATE partition_position.*?);\\n```", Pattern.DOTALL);

    private OperationsGuide() {}

    /** Statement that moves partition 3 of ad-exposure to offset 500. */
    public static String moveSql() {
        try {
            Matcher matcher = MOVE.matcher(Files.readString(Path.of("docs", "operations.md")));
            if (!matcher.find()) {
                throw new IllegalStateException("docs/operations.md shows no statement that moves a position");
            }
            return matcher.group(1);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
