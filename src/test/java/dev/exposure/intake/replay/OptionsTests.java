package dev.exposure.intake.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.testing.MutableClock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed is understood, or refused with a word that names it: a filter that is misspelt must not send more. */
class OptionsTests {

    private static final Instant NOW = MutableClock.START;

    @Test
    void everyFilterIsRead() {
        Options options =
                options("--topic=ads,video --reason=BAD_FIELD,not_json --since=PT1H --until=2026-11-28T02:30:00+01:00"
                        + " --origin=ads-3,ads-4@7,my-ads-0@10..20 --after=ads.dlt-0@17 --limit=20 --show-content"
                        + " --spring.kafka.bootstrap-servers=k:1");

        assertThat(options.topics()).containsExactlyInAnyOrder("ads", "video");
        assertThat(options.reasons()).containsExactlyInAnyOrder("BAD_FIELD", "NOT_JSON");
        assertThat(options.since()).isEqualTo(NOW.minusSeconds(3600));
        assertThat(options.until()).isEqualTo(Instant.parse("2026-11-28T01:30:00Z"));
        assertThat(options.origins())
                .containsExactly(
                        new Origin("ads", 3, 0, Long.MAX_VALUE),
                        new Origin("ads", 4, 7, 7),
                        new Origin("my-ads", 0, 10, 20));
        assertThat(options.after()).isEqualTo(Map.of(new TopicPartition("ads.dlt", 0), 17L));
        assertThat(options.limit()).isEqualTo(20);
        assertThat(options.showContent()).isTrue();
        assertThat(options.properties()).containsExactly("--spring.kafka.bootstrap-servers=k:1");
    }

    @Test
    void nothingIsSentUnlessItIsSaidTwice() {
        assertThat(options("").resend()).isFalse();
        assertThat(options("--resend").yes()).isFalse();
        assertThat(options("--resend --yes").yes()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --reasn=BAD_FIELD          | There is no option --reasn
            --resend=true              | There is no option --resend
            --yes                      | --yes belongs to --resend
            resend                     | 'resend' is no option
            --reason                   | --reason needs a value
            --reason=A --reason=B      | --reason is given twice
            --reason=A,,B              | --reason has an empty value
            --since=yesterday          | --since: 'yesterday' is neither a time
            --until=2026-11-28         | --until: '2026-11-28' is neither a time
            --origin=ads               | --origin: 'ads' is no origin
            --origin=ads-3@20..10      | --origin: 'ads-3@20..10' ends before it begins
            --after=ads.dlt-0          | --after needs an offset: ads.dlt-0@...
            --limit=0                  | --limit: '0' is no number above 0
            --limit=9999999999999999999 | --limit: '9999999999999999999' is too large
            """)
    void whatIsWrongIsNamed(String arguments, String message) {
        assertThatThrownBy(() -> options(arguments))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(message);
    }

    private static Options options(String arguments) {
        List<String> all = arguments.isEmpty() ? List.of() : Arrays.asList(arguments.split(" "));
        return Options.of(all, new MutableClock());
    }
}
