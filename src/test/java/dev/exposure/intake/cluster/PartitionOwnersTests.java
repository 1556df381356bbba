package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionOwnersTests {

    private static final TopicPartition FIRST = new TopicPartition("ads", 0);
    private static final TopicPartition SECOND = new TopicPartition("ads", 1);

    private final PartitionOwners owners = new PartitionOwners();

    @Test
    void updateWhenStableNamesClientAndHostWithoutSlash() {
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "/10.1.2.3", FIRST)));

        assertThat(owners.of(FIRST)).isEqualTo("intake-0@10.1.2.3");
        assertThat(owners.of(SECOND)).isNull();
    }

    @Test
    void updateWhenHostHasNoSlashLeavesItWhole() {
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "pod.example", FIRST)));

        assertThat(owners.of(FIRST)).isEqualTo("intake-0@pod.example");
    }

    @Test
    void updateWhenPartitionMovesNamesItsNewOwner() {
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST, SECOND)));
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST), member("m2", "b", "/h", SECOND)));

        assertThat(owners.of(SECOND)).isEqualTo("b@h");
    }

    @Test
    void updateWhenStableMemberGaveUpPartitionForgetsOwner() {
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST, SECOND)));
        owners.update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST)));

        assertThat(owners.of(SECOND)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"PREPARING_REBALANCE", "COMPLETING_REBALANCE"})
    void updateWhenCoordinatorDoesNotTellDuringRebalanceKeepsOwnersThatAreStillMembers(GroupState state) {
        owners.update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST), member("m2", "b", "/h", SECOND)));
        owners.update(group(state, member("m1", "a", "/h"), member("m3", "c", "/h")));

        assertThat(owners.of(FIRST)).isEqualTo("a@h");
        assertThat(owners.of(SECOND)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"ASSIGNING", "RECONCILING", "EMPTY", "DEAD"})
    void updateWhenGroupTellsWhatMembersOwnKeepsNothing(GroupState state) {
        owners.update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST, SECOND)));
        owners.update(group(state, member("m1", "a", "/h", FIRST)));

        assertThat(owners.of(FIRST)).isEqualTo("a@h");
        assertThat(owners.of(SECOND)).isNull();
    }

    @Test
    void updateWhenGroupDoesNotExistForgetsAll() {
        owners.update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST)));
        owners.update(null);

        assertThat(owners.of(FIRST)).isNull();
    }

    private static ConsumerGroupDescription group(GroupState state, MemberDescription... members) {
        return new ConsumerGroupDescription(
                "g",
                false,
                Arrays.asList(members),
                "",
                GroupType.CLASSIC,
                state,
                Node.noNode(),
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static MemberDescription member(String id, String client, String host, TopicPartition... partitions) {
        MemberAssignment owned = new MemberAssignment(Set.copyOf(List.of(partitions)));
        Optional<Boolean> upgraded = Optional.empty();
        return new MemberDescription(
                id,
                Optional.empty(),
                Optional.empty(),
                client,
                host,
                owned,
                Optional.empty(),
                Optional.empty(),
                upgraded);
    }
}
