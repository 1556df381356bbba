package dev.exposure.intake.cluster;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Knows which member of the group owns which partition.
 *
 * <p>While a classic group rebalances, coordinators before 4.0 name the members but not what they own. Cooperative
 * members go on owning it meanwhile, so what was known is kept for those that are still members; one that does not come
 * back is expelled by the coordinator, which ends this.
 */
final class PartitionOwners {

    private static final Set<GroupState> SILENT =
            EnumSet.of(GroupState.PREPARING_REBALANCE, GroupState.COMPLETING_REBALANCE);

    private Map<TopicPartition, Member> owners = Map.of();

    /** Takes in how the coordinator describes the group, null where the group does not exist. */
    void update(@Nullable ConsumerGroupDescription group) {
        Map<TopicPartition, Member> now = new HashMap<>();
        if (group != null) {
            if (SILENT.contains(group.groupState())) {
                Set<String> present = new HashSet<>();
                group.members().forEach(member -> present.add(member.consumerId()));
                now.putAll(owners);
                now.values().removeIf(owner -> !present.contains(owner.id()));
            }
            for (MemberDescription member : group.members()) {
                member.assignment().topicPartitions().forEach(partition -> now.put(partition, Member.of(member)));
            }
        }
        owners = now;
    }

    @Nullable
    String of(TopicPartition partition) {
        Member owner = owners.get(partition);
        return owner == null ? null : owner.label();
    }

    private record Member(String id, String label) {

        static Member of(MemberDescription member) {
            // Brokers write an address as Java does, with the slash that parts it from a name that is not there.
            String host = member.host().startsWith("/") ? member.host().substring(1) : member.host();
            return new Member(member.consumerId(), member.clientId() + "@" + host);
        }
    }
}
