package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import dev.exposure.intake.partition.PartitionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Answers in part, which a broker that has just died gives, and which no test can have at will from a real one. */
class ClusterReaderTests {

    private static final TopicPartition FIRST = new TopicPartition("ads", 0);
    private static final TopicPartition SECOND = new TopicPartition("ads", 1);

    private static final PartitionId FIRST_ID = new PartitionId("ads", 0);

    private final Admin admin = mock(Admin.class);
    private final ClusterReader reader = new ClusterReader(admin, "group", System::nanoTime);
    private final Deadline deadline = new Deadline(Duration.ofSeconds(1));

    @Test
    void readWhenOneLeaderFailsGivesTheOthers() {
        answer(Map.of(FIRST, offset(7), SECOND, failure()));

        assertThat(logs(SECOND, FIRST)).isEqualTo(Map.of(FIRST_ID, new LogRange(7, 7, 0, null)));
    }

    @Test
    void readWhenOneLeaderIsSilentGivesTheOthersAtTheDeadline() {
        answer(Map.of(FIRST, offset(7), SECOND, new KafkaFutureImpl<>()));

        assertThat(logs(SECOND, FIRST)).isEqualTo(Map.of(FIRST_ID, new LogRange(7, 7, 0, null)));
    }

    @Test
    void readWhenNoLeaderAnswersFails() {
        answer(Map.of(FIRST, failure(), SECOND, failure()));

        assertThatExceptionOfType(LeaderNotAvailableException.class).isThrownBy(() -> logs(FIRST, SECOND));
    }

    @Test
    void readWhenAllLeadersAreSilentFailsAtTheDeadline() {
        answer(Map.of(FIRST, new KafkaFutureImpl<>()));

        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> logs(FIRST));
    }

    @Test
    void readWhenThereAreNoPartitionsGivesNone() {
        answer(Map.of());

        assertThat(logs()).isEmpty();
    }

    private Map<PartitionId, LogRange> logs(TopicPartition... partitions) {
        return reader.logs(Partitions.ids(List.of(partitions)), IsolationLevel.READ_UNCOMMITTED, deadline);
    }

    private void answer(Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers) {
        given(admin.listOffsets(anyMap(), any(ListOffsetsOptions.class))).willReturn(new ListOffsetsResult(answers));
    }

    private static KafkaFuture<ListOffsetsResultInfo> offset(long offset) {
        return KafkaFuture.completedFuture(new ListOffsetsResultInfo(offset, -1, Optional.empty()));
    }

    private static KafkaFuture<ListOffsetsResultInfo> failure() {
        KafkaFutureImpl<ListOffsetsResultInfo> failed = new KafkaFutureImpl<>();
        failed.completeExceptionally(new LeaderNotAvailableException("gone"));
        return failed;
    }
}
