package dev.exposure.intake.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.PartitionId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionOwnersTests {

    private static final PartitionId FIRST = new PartitionId("ads", 0);
    private static final PartitionId SECOND = new PartitionId("ads", 1);

    private final PartitionOwners owners = new PartitionOwners();
    private Map<PartitionId, String> labels = Map.of();

    @Test
    void updateWhenStableNamesClientAndHostWithoutSlash() {
        update(group(GroupState.STABLE, member("m1", "intake-0", "/10.1.2.3", FIRST)));

        assertThat(labels.get(FIRST)).isEqualTo("intake-0@10.1.2.3");
        assertThat(labels.get(SECOND)).isNull();
    }

    @Test
    void updateWhenHostHasNoSlashLeavesItWhole() {
        update(group(GroupState.STABLE, member("m1", "intake-0", "pod.example", FIRST)));

        assertThat(labels.get(FIRST)).isEqualTo("intake-0@pod.example");
    }

    @Test
    void updateWhenForeignClientIdHoldsControlCharactersShowsTheirNumbers() {
        update(group(GroupState.STABLE, member("m1", "intake-\u001b[31m", "/10.1.2.3", FIRST)));

        assertThat(labels.get(FIRST)).isEqualTo("intake-\\u001b[31m@10.1.2.3");
    }

    @Test
    void updateWhenPartitionMovesNamesItsNewOwner() {
        update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST, SECOND)));
        update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST), member("m2", "b", "/h", SECOND)));

        assertThat(labels.get(SECOND)).isEqualTo("b@h");
    }

    @Test
    void updateWhenStableMemberGaveUpPartitionForgetsOwner() {
        update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST, SECOND)));
        update(group(GroupState.STABLE, member("m1", "intake-0", "/h", FIRST)));

        assertThat(labels.get(SECOND)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"PREPARING_REBALANCE", "COMPLETING_REBALANCE"})
    void updateWhenCoordinatorDoesNotTellDuringRebalanceKeepsOwnersThatAreStillMembers(GroupState state) {
        update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST), member("m2", "b", "/h", SECOND)));
        update(group(state, member("m1", "a", "/h"), member("m3", "c", "/h")));

        assertThat(labels.get(FIRST)).isEqualTo("a@h");
        assertThat(labels.get(SECOND)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"ASSIGNING", "RECONCILING", "EMPTY", "DEAD"})
    void updateWhenGroupTellsWhatMembersOwnKeepsNothing(GroupState state) {
        update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST, SECOND)));
        update(group(state, member("m1", "a", "/h", FIRST)));

        assertThat(labels.get(FIRST)).isEqualTo("a@h");
        assertThat(labels.get(SECOND)).isNull();
    }

    @Test
    void updateWhenGroupDoesNotExistForgetsAll() {
        update(group(GroupState.STABLE, member("m1", "a", "/h", FIRST)));
        update(GroupDescription.NONE);

        assertThat(labels.get(FIRST)).isNull();
    }

    private void update(GroupDescription group) {
        labels = owners.update(group);
    }

    private static GroupDescription group(GroupState state, GroupMember... members) {
        return new GroupDescription(state, List.of(members));
    }

    private static GroupMember member(String id, String client, String host, PartitionId... partitions) {
        return new GroupMember(id, null, client, host, Set.of(partitions));
    }
}
