package dev.exposure.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Stops the start when a property that begins with {@code intake.} is not known: a misspelt name would otherwise be
 * ignored.
 */
final class PropertyNameCheck {

    private static final Logger log = LoggerFactory.getLogger(PropertyNameCheck.class);
    private static final String VARIABLE_PREFIX = "INTAKE_";

    /** Variables that Kubernetes sets in each pod for a service whose name begins with "intake". */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile("INTAKE(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_.+)?)?)");

    private final KnownProperties known;

    PropertyNameCheck(KnownProperties known) {
        this.known = known;
    }

    /**
     * Looks at all sources that can list their names.
     *
     * @throws UnknownPropertyException that names each unknown property, where it is set, and the nearest known one
     */
    void check(ConfigurableEnvironment environment) {
        if (known.isEmpty()) {
            log.warn(
                    "The names of the intake's properties are not checked, because the jar holds no configuration metadata");
            return;
        }
        List<String> problems = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    if (!isKnown(name, source)) {
                        problems.add(problem(name, source));
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UnknownPropertyException(String.join("\n", problems));
        }
    }

    private boolean isKnown(String name, PropertySource<?> source) {
        if (source instanceof SystemEnvironmentPropertySource && name.startsWith(VARIABLE_PREFIX)) {
            return OF_KUBERNETES.matcher(name).matches() || known.containsVariable(name);
        }
        return !name.toLowerCase(Locale.ROOT).startsWith(KnownProperties.PREFIX) || known.contains(name);
    }

    private String problem(String name, PropertySource<?> source) {
        Origin origin = OriginLookup.getOrigin(source, name);
        String where = origin == null ? source.getName() : origin.toString();
        return "Unknown property " + name + " (" + where + "). Did you mean "
                + known.nearest(name.replaceFirst("^" + VARIABLE_PREFIX, KnownProperties.PREFIX)) + "?";
    }
}
