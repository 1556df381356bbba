package dev.exposure.intake.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.partition.InitialPosition.At;
import dev.exposure.intake.partition.InitialPosition.Back;
import dev.exposure.intake.partition.InitialPosition.Earliest;
import dev.exposure.intake.partition.InitialPosition.Latest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All forms in which the initial position may be written, and the refusal of everything else. */
class InitialPositionTests {

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "EARLIEST", " Earliest "})
    void earliestWhenWrittenInAnyCaseIsRead(String text) {
        assertThat(InitialPosition.of(text)).isEqualTo(new Earliest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "LATEST", "\tlatest"})
    void latestWhenWrittenInAnyCaseIsRead(String text) {
        assertThat(InitialPosition.of(text)).isEqualTo(new Latest());
    }

    @ParameterizedTest
    @CsvSource({"PT1H, 3600", "pt1h, 3600", "P1DT2H, 93600", "P7D, 604800", "90m, 5400", "36h, 129600", "2d, 172800"})
    void durationWhenPositiveIsReadInBothStyles(String text, long seconds) {
        assertThat(InitialPosition.of(text)).isEqualTo(new Back(Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T08:00:00Z, 2026-11-22T08:00:00Z",
        "2026-11-22T08:00:00.250Z, 2026-11-22T08:00:00.250Z",
        "2026-11-22T08:00:00+08:00, 2026-11-22T00:00:00Z",
        "2026-11-22T08:00-03:30, 2026-11-22T11:30:00Z"
    })
    void instantWhenWrittenWithAnOffsetIsRead(String text, Instant instant) {
        assertThat(InitialPosition.of(text)).isEqualTo(new At(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sometimes",
                "latest-",
                "PT0S",
                "0m",
                "PT-1H",
                "-90m",
                "1x",
                "2026-11-22",
                "2026-11-22T08:00:00",
                "2026-11-22T08:00:00 UTC",
                "2026-02-30T08:00:00Z",
                "22.11.2026"
            })
    void textWhenNoneOfTheFormsIsRefusedWithTheAllowedOnes(String text) {
        assertThatThrownBy(() -> InitialPosition.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("earliest, latest, a positive duration")
                .hasMessageContaining("instant with offset")
                .hasNoCause();
    }

    @Test
    void textFormWhenSaidInTheLogIsThatOfTheProperty() {
        assertThat(InitialPosition.of("EARLIEST")).hasToString("earliest");
        assertThat(InitialPosition.of("LATEST")).hasToString("latest");
        assertThat(InitialPosition.of("90m")).hasToString("PT1H30M back");
        assertThat(InitialPosition.of("2026-11-22T08:00:00+08:00")).hasToString("2026-11-22T00:00:00Z");
    }
}
