package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureReasonTests {

    private static final String SECRET = "pa55word";

    @ParameterizedTest
    @MethodSource("failures")
    void ofWhenFailureIsKnownSaysInWordsWhatItIsWithoutItsMessage(Throwable failure, String words) {
        assertThat(FailureReason.of(failure))
                .isEqualTo(words + " (" + failure.getClass().getSimpleName() + ")")
                .doesNotContain(SECRET);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new TimeoutException(SECRET), "no answer from the cluster in time"),
                Arguments.of(new SaslAuthenticationException(SECRET), "the cluster refused the login"),
                Arguments.of(new GroupAuthorizationException(SECRET), "the cluster denied access"),
                Arguments.of(new TopicAuthorizationException(SECRET), "the cluster denied access"),
                Arguments.of(new UnknownTopicOrPartitionException(SECRET), "does not exist"),
                Arguments.of(new InvalidTopicException(SECRET), "not a name that a topic can have"),
                Arguments.of(new IllegalStateException(SECRET), "unexpected failure"));
    }
}
