package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;

/**
 * The consumer group, as its coordinator describes it.
 *
 * @param state what it is doing
 * @param members its members, including those that are just joining
 */
public record GroupDescription(GroupState state, List<GroupMember> members) {

    /** A group that nobody has joined yet. */
    static final GroupDescription NONE = new GroupDescription(GroupState.EMPTY, List.of());

    public GroupDescription {
        members = List.copyOf(members);
    }

    static GroupDescription of(ConsumerGroupDescription group) {
        return new GroupDescription(
                group.groupState(),
                group.members().stream().map(GroupDescription::member).toList());
    }

    private static GroupMember member(MemberDescription member) {
        return new GroupMember(
                member.consumerId(),
                member.groupInstanceId().orElse(null),
                member.clientId(),
                member.host(),
                Partitions.ids(member.assignment().topicPartitions()));
    }

    /** Whether no rebalance is under way. */
    public boolean isStable() {
        return state == GroupState.STABLE;
    }

    /** Partitions that any member owns. */
    public Set<PartitionId> owned() {
        return members.stream().flatMap(member -> member.partitions().stream()).collect(Collectors.toSet());
    }
}
