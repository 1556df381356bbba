package dev.exposure.intake.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The YAML that the guide to security tells users to copy, so that tests run what it says. */
public final class SecurityGuide {

    private static final Path GUIDE = Path.of("docs", "security.md");
    private static final String TLS_DIRECTORY = "/etc/(kafka|web)-tls";

    private SecurityGuide() {}

    /** Writes the block that begins with this comment to a file, with another directory for its certificates. */
    public static String properties(String block, Path directory) throws Exception {
        Matcher yaml = Pattern.compile("```yaml\\R# " + block + "\\R(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        if (!yaml.find()) {
            throw new IllegalArgumentException("No block '" + block + "' in " + GUIDE);
        }
        Path file = directory.resolve(block + ".yaml");
        Files.writeString(
                file, yaml.group(1).replaceAll(TLS_DIRECTORY, Matcher.quoteReplacement(directory.toString())));
        return "file:" + file;
    }
}
