package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Printable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.GroupState;

/**
 * Remembers which member of the group owns which partition, across rebalances.
 *
 * <p>While a classic group rebalances, coordinators before 4.0 name the members but not what they own. Members with the
 * cooperative assignor keep their partitions meanwhile, so the last known owner stays as long as it is a member. When
 * the coordinator removes a member that does not come back, its partitions are removed here too. Not thread-safe.
 */
final class PartitionOwners {

    private static final Set<GroupState> REBALANCING =
            EnumSet.of(GroupState.PREPARING_REBALANCE, GroupState.COMPLETING_REBALANCE);

    private Map<PartitionId, GroupMember> owners = Map.of();

    /**
     * Takes in a newer description of the group.
     *
     * @return owner of each partition that has one, as {@code <client id>@<host>}
     */
    Map<PartitionId, String> update(GroupDescription group) {
        Map<PartitionId, GroupMember> now = new HashMap<>();
        if (REBALANCING.contains(group.state())) {
            Set<String> present = group.members().stream().map(GroupMember::id).collect(Collectors.toSet());
            now.putAll(owners);
            now.values().removeIf(owner -> !present.contains(owner.id()));
        }
        for (GroupMember member : group.members()) {
            member.partitions().forEach(partition -> now.put(partition, member));
        }
        owners = now;
        Map<PartitionId, String> labels = new HashMap<>();
        now.forEach((partition, owner) -> labels.put(partition, label(owner)));
        return labels;
    }

    private static String label(GroupMember member) {
        // Brokers write an address as Java does: with a slash after the host name, also when there is no name.
        String host = member.host().startsWith("/") ? member.host().substring(1) : member.host();
        return Printable.of(member.clientId() + "@" + host);
    }
}
