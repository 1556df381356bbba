package dev.exposure.intake.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a foreign client id may hold reaches no terminal as it is. */
class PrintableTests {

    @ParameterizedTest
    @MethodSource("texts")
    void controlCharactersAreWrittenAsTheirNumbers(String text, String printable) {
        assertThat(Printable.of(text)).isEqualTo(printable);
    }

    private static Stream<Arguments> texts() {
        return Stream.of(
                arguments("\u001b[31mred", "\\u001b[31mred"),
                arguments("a\nb\r", "a\\u000ab\\u000d"),
                arguments("\u0000\u007f\u0085", "\\u0000\\u007f\\u0085"),
                arguments("\u202eabc\u2028", "\\u202eabc\\u2028"),
                arguments("ads-\u00e9\uD83D\uDE00 on 10.0.0.1", "ads-\u00e9\uD83D\uDE00 on 10.0.0.1"));
    }
}
