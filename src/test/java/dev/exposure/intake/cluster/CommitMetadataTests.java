package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.LogId;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written with each commit is read back as it was, and what others wrote is not mistaken for ours. */
class CommitMetadataTests {

    private static final LogId LOG = new LogId("MkU3OEVBNTcwNTJENDM2Qg", "q1Sh-9_ISia_zwGINzRvyQ");

    @Test
    void textWhenParsedGivesTheSameMetadata() {
        CommitMetadata position = new CommitMetadata(LOG, false);
        CommitMetadata seed = new CommitMetadata(LOG, true);

        assertThat(CommitMetadata.parse(position.text())).isEqualTo(position);
        assertThat(CommitMetadata.parse(seed.text())).isEqualTo(seed);
    }

    @Test
    void textStaysReadableForLaterVersionsAndForPeople() {
        assertThat(new CommitMetadata(LOG, false).text())
                .isEqualTo("v1;cluster=MkU3OEVBNTcwNTJENDM2Qg;topic=q1Sh-9_ISia_zwGINzRvyQ");
        assertThat(new CommitMetadata(LOG, true).text())
                .isEqualTo("v1;cluster=MkU3OEVBNTcwNTJENDM2Qg;topic=q1Sh-9_ISia_zwGINzRvyQ;seed");
    }

    @Test
    void textWhenIdsAreKafkasOwnFitsIntoTheBrokersLimit() {
        LogId real = new LogId(Uuid.randomUuid().toString(), Uuid.randomUuid().toString());

        assertThat(new CommitMetadata(real, true).text()).hasSizeLessThan(100); // offset.metadata.max.bytes is 4096
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "written by a tool",
                "v2;cluster=a;topic=b",
                "v1;cluster=a",
                "v1;cluster=;topic=b",
                "v1;cluster=a;topic=b;seeds",
                "v1;cluster=a;topic=b;seed;more",
                " v1;cluster=a;topic=b",
                "v1;topic=b;cluster=a"
            })
    void parseWhenMetadataIsAnothersGivesNull(String text) {
        assertThat(CommitMetadata.parse(text)).isNull();
    }
}
