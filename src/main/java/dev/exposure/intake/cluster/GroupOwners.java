package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/** Asks the group's coordinator who is in the group and which partitions have an owner. Safe for use by several threads. */
public final class GroupOwners {

    /** Partitions that any member of the group owns, and whether the group is at rest. */
    public record Owned(Set<PartitionId> partitions, boolean stable) {}

    private final Admin admin;
    private final ClusterReader cluster;
    private final String groupId;

    public GroupOwners(Admin admin, ClusterReader cluster, String groupId) {
        this.admin = admin;
        this.cluster = cluster;
        this.groupId = groupId;
    }

    public Owned read() {
        ConsumerGroupDescription group = describe();
        if (group == null) {
            return new Owned(Set.of(), false); // nobody has joined yet
        }
        Set<PartitionId> owned = group.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .map(partition -> new PartitionId(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
        return new Owned(owned, group.groupState() == GroupState.STABLE);
    }

    /**
     * Members of the group now, those that are just joining included.
     *
     * @throws org.apache.kafka.common.KafkaException when the cluster does not answer
     */
    public List<GroupMember> members() {
        ConsumerGroupDescription group = describe();
        return group == null
                ? List.of()
                : group.members().stream().map(GroupOwners::member).toList();
    }

    private static GroupMember member(MemberDescription member) {
        return new GroupMember(
                member.consumerId(), member.groupInstanceId().orElse(null), member.clientId(), member.host());
    }

    private @Nullable ConsumerGroupDescription describe() {
        try {
            return cluster.await(admin.describeConsumerGroups(List.of(groupId)).all())
                    .get(groupId);
        } catch (GroupIdNotFoundException ex) {
            return null;
        }
    }
}
