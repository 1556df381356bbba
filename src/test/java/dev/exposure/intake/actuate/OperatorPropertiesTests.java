package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Credentials are both set or both absent, strong enough to mean something, and shown nowhere. */
class OperatorPropertiesTests {

    private static final String PASSWORD = UUID.randomUUID().toString();

    @ParameterizedTest
    @CsvSource({",", "'',''", "' ',' '"})
    void credentialsWhenAbsentOrEmptyAreNotSet(@Nullable String username, @Nullable String password) {
        OperatorProperties properties = new OperatorProperties(username, password);

        assertThatCode(properties::check).doesNotThrowAnyException();
        assertThat(properties.areSet()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ops  |                      | intake.operator.username is set, but intake.operator.password is not
                 | long-enough-it-is    | intake.operator.password is set, but intake.operator.username is not
            o:ps | long-enough-it-is    | intake.operator.username must be
            o ps | long-enough-it-is    | intake.operator.username must be
            öps  | long-enough-it-is    | intake.operator.username must be
            ops  | elevenchars          | 12 characters or more and 72 bytes or less
            ops  | {bcrypt}not-a-hash   | only {bcrypt}
            ops  | {noop}long-enough-it-is | only {bcrypt}
            ops  | {pbkdf2}long-enough-it-is | only {bcrypt}
            ops  | öööööööööööööööööööööööööööööööööööööx | 72 bytes or less
            """)
    void credentialsWhenUnusableAreRefusedWithoutShowingThem(
            @Nullable String username, @Nullable String password, String message) {
        OperatorProperties properties = new OperatorProperties(username, password);

        assertThatThrownBy(properties::check).isInstanceOfSatisfying(InvalidOperatorException.class, failure -> {
            FailureAnalysis analysis = new InvalidOperatorFailureAnalyzer().analyze(failure, failure);
            assertThat(analysis.getDescription()).contains(message);
            assertThat(analysis.getDescription() + analysis.getAction())
                    .doesNotContain("enough", "eleven", "not-a-hash", "ööö");
        });
    }

    @Test
    void textOfThePropertiesDoesNotShowThem() {
        assertThat(new OperatorProperties("ops", PASSWORD)).hasToString("OperatorProperties[set]");
    }

    @Test
    void passwordWhenPlainOrHashedLogsIn() {
        String hash = new BCryptPasswordEncoder(4).encode(PASSWORD);
        for (String configured : new String[] {PASSWORD, "{bcrypt}" + hash}) {
            AuthenticationManager operators = Operators.of(
                    new OperatorProperties("ops", configured), new FailedLogins(new SimpleMeterRegistry()));

            assertThat(operators.authenticate(login("ops", PASSWORD)).isAuthenticated())
                    .isTrue();
            assertThatThrownBy(() -> operators.authenticate(login("ops", configured + "x")))
                    .isInstanceOf(BadCredentialsException.class);
            assertThatThrownBy(() -> operators.authenticate(login("ops", "{bcrypt}" + hash)))
                    .isInstanceOf(BadCredentialsException.class);
        }
    }

    private static UsernamePasswordAuthenticationToken login(String username, String password) {
        return UsernamePasswordAuthenticationToken.unauthenticated(username, password);
    }
}
