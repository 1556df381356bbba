package dev.exposure.intake.testing;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

/** The service's own auto-configurations, for tests that want some of them only. */
public final class OwnConfigurations {

    private static final String ROOT = "dev.exposure.intake.";

    /** Name of the property that leaves configurations out. */
    public static final String EXCLUDE = "spring.autoconfigure.exclude";

    private OwnConfigurations() {}

    /** All of the service's configurations but those of these simple names, as the value of {@link #EXCLUDE}. */
    public static String allBut(String... names) {
        Set<String> wanted = Set.of(names);
        return ImportCandidates.load(AutoConfiguration.class, null).getCandidates().stream()
                .filter(name -> name.startsWith(ROOT))
                .filter(name -> !wanted.contains(ClassUtils.getShortName(name)))
                .collect(Collectors.joining(","));
    }
}
