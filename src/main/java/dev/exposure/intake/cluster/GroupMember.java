package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Printable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of the consumer group, as its coordinator describes it.
 *
 * @param id id that the group knows it by
 * @param instanceId its {@code group.instance.id}, or null when it has none
 * @param clientId its {@code client.id}
 * @param host address that it joined from
 * @param partitions partitions that it owns
 */
public record GroupMember(
        String id, @Nullable String instanceId, String clientId, String host, Set<PartitionId> partitions) {

    /** Its client id and host, as shown to people. */
    public String label() {
        return Printable.of(clientId + " on " + host);
    }
}
