package dev.exposure.intake.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Many partitions in few words. */
class PartitionRangeTests {

    @Test
    void partitionsInAnyOrderBecomeRangesByTopic() {
        List<PartitionId> partitions = List.of(
                new PartitionId("b", 0),
                new PartitionId("a", 10),
                new PartitionId("a", 9),
                new PartitionId("a", 0),
                new PartitionId("a", 11));

        assertThat(PartitionRange.of(partitions))
                .containsExactly(
                        new PartitionRange("a", 0, 0), new PartitionRange("a", 9, 11), new PartitionRange("b", 0, 0));
        assertThat(PartitionRange.text(partitions)).isEqualTo("a-0, a-9 to 11, b-0");
    }

    @Test
    void noPartitionsAreNoRange() {
        assertThat(PartitionRange.of(List.of())).isEmpty();
    }
}
