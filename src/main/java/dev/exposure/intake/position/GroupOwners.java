package dev.exposure.intake.position;

import dev.exposure.intake.sink.PartitionId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Asks the group's coordinator which partitions have an owner. */
final class GroupOwners {

    /** Partitions that any member of the group owns, and whether the group is at rest. */
    record Owned(Set<PartitionId> partitions, boolean stable) {}

    private final Admin admin;
    private final ClusterReader cluster;
    private final String groupId;

    GroupOwners(Admin admin, ClusterReader cluster, String groupId) {
        this.admin = admin;
        this.cluster = cluster;
        this.groupId = groupId;
    }

    Owned read() {
        ConsumerGroupDescription group;
        try {
            group = cluster.await(admin.describeConsumerGroups(List.of(groupId)).all())
                    .get(groupId);
        } catch (GroupIdNotFoundException ex) {
            return new Owned(Set.of(), false); // nobody has joined yet
        }
        if (group == null) {
            return new Owned(Set.of(), false);
        }
        Set<PartitionId> owned = group.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .map(partition -> new PartitionId(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
        return new Owned(owned, group.groupState() == GroupState.STABLE);
    }
}
