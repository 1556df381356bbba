package dev.exposure.intake.actuate;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may write to the actuator's endpoints; nobody, unless both are set.
 *
 * @param username User name that an operator sends by HTTP Basic.
 * @param password Password that an operator sends by HTTP Basic: 12 to 72 bytes, or its bcrypt hash with {bcrypt} before
 *     it.
 */
@ConfigurationProperties("intake.operator")
record OperatorProperties(
        @Nullable String username, @Nullable String password) {

    static final String BCRYPT = "{bcrypt}";
    private static final Pattern BCRYPT_HASH = Pattern.compile("\\{bcrypt}\\$2[aby]\\$\\d\\d\\$[./0-9A-Za-z]{53}");
    private static final Pattern HASH = Pattern.compile("(?s)\\{[^}]*}.*");
    private static final int MIN_LENGTH = 12;
    private static final int MAX_BYTES = 72; // bcrypt reads no more

    /** An empty value counts as absent: an environment variable may be set to nothing. */
    OperatorProperties {
        username = username == null || username.isBlank() ? null : username;
        password = password == null || password.isBlank() ? null : password;
    }

    boolean areSet() {
        return username != null && password != null;
    }

    /**
     * Stops the start unless both can be used or neither is set. Uses no annotations, because Spring Boot's message would
     * show the password.
     */
    void check() {
        if (username == null && password != null) {
            throw new InvalidOperatorException("intake.operator.password is set, but intake.operator.username is not.");
        }
        if (username != null && password == null) {
            throw new InvalidOperatorException("intake.operator.username is set, but intake.operator.password is not.");
        }
        if (username != null && !username.chars().allMatch(it -> it > ' ' && it < 127 && it != ':')) {
            throw new InvalidOperatorException(
                    "intake.operator.username must be printable ASCII without a space or a colon.");
        }
        if (password != null) {
            checkPassword(password);
        }
    }

    private static void checkPassword(String password) {
        if (BCRYPT_HASH.matcher(password).matches()) {
            return;
        }
        if (HASH.matcher(password).matches()) {
            throw new InvalidOperatorException("intake.operator.password looks like a hash that can't be used:"
                    + " only {bcrypt} followed by a bcrypt hash, or a plain password, is allowed.");
        }
        if (password.length() < MIN_LENGTH || password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidOperatorException(
                    "intake.operator.password must be 12 characters or more and 72 bytes or less.");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "OperatorProperties[" + (areSet() ? "set" : "not set") + "]";
    }
}
