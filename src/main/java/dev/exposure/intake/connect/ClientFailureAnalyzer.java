package dev.exposure.intake.connect;

import dev.exposure.intake.outage.FailureText;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to correct when no Kafka client can be made with its login or its TLS files. Repeats nothing of a login. */
class ClientFailureAnalyzer extends AbstractFailureAnalyzer<KafkaException> {

    private static final Set<String> HARMLESS = Set.of("'KafkaClient'", "'java.security.auth.login.config'");

    private static final Pattern QUOTED = Pattern.compile("'[^']*'");

    private static final String LOGIN =
            "Set spring.kafka.properties.sasl.jaas.config to one line, a login module, \"required\","
                    + " its options, and a semicolon:\n\n"
                    + "    org.apache.kafka.common.security.scram.ScramLoginModule required username=\"...\" password=\"...\";\n\n"
                    + "Values need double quotes, and a backslash before each double quote and backslash in them."
                    + " Or use spring.kafka.jaas.* instead, whose options take a password as it is.";
    private static final String FILES = "Correct spring.kafka.ssl.*, spring.kafka.properties.ssl.*, or use a bundle"
            + " (spring.kafka.ssl.bundle): the files must exist, be readable and have the configured type, and their passwords must be right.";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, KafkaException cause) {
        Throwable root = FailureText.innermost(cause);
        String reason = FailureText.ofInnermost(cause);
        if (root instanceof LoginException || reason.contains("JAAS config")) {
            return new FailureAnalysis(
                    "The login at the brokers can't be used: " + withoutValues(reason), LOGIN, cause);
        }
        for (Throwable one = cause; one != null; one = one.getCause()) {
            String message = String.valueOf(one.getMessage());
            if (one instanceof InvalidConfigurationException || message.startsWith("Failed to load SSL keystore")) {
                return new FailureAnalysis(
                        "The TLS files for the brokers can't be used: "
                                + (one == root ? message : message + ": " + reason),
                        FILES,
                        cause);
            }
        }
        return null;
    }

    /** Quoted text comes from the configured line; if a quote is missing there, it may be a piece of the password. */
    private static String withoutValues(String reason) {
        if (reason.startsWith("No LoginModule found for ")) {
            return "its login module was not found";
        }
        return QUOTED.matcher(reason).replaceAll(match -> HARMLESS.contains(match.group()) ? match.group() : "'...'");
    }
}
