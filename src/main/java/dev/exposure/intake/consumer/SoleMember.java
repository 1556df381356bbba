package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.ClientIds;
import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.GroupDescription;
import dev.exposure.intake.cluster.GroupMember;
import dev.exposure.intake.delivery.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that this instance is alone in the group when its database serves only one instance. A second instance would
 * count into another database, and the records of partitions that move between the two would count twice or not at all.
 *
 * <p>If several instances share a database, nothing is checked. Safe for use by several threads.
 */
public final class SoleMember {

    private static final long NEVER = -1;

    private final Delivery sink;
    private final ClusterReader cluster;
    private final Duration timeout;
    private final Supplier<Set<String>> ownClientIds;
    private final String groupId;
    private final @Nullable String instanceId;
    private final Map<String, String> memberIds = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private volatile long confirmed = NEVER;

    /**
     * Check of this instance.
     *
     * @param ownClientIds client ids of the consumers that this instance has
     * @param instanceId configured {@code group.instance.id}, to which the consumers append a number
     */
    public SoleMember(
            Delivery sink,
            ClusterReader cluster,
            Duration timeout,
            Supplier<Set<String>> ownClientIds,
            String groupId,
            @Nullable String instanceId) {
        this.sink = sink;
        this.cluster = cluster;
        this.timeout = timeout;
        this.ownClientIds = ownClientIds;
        this.groupId = groupId;
        this.instanceId = instanceId;
    }

    /**
     * Checks that the group is empty, before this instance joins.
     *
     * @throws OtherMemberException when it is not
     * @throws org.apache.kafka.common.KafkaException when the cluster does not answer
     */
    void checkBeforeJoining() {
        if (sink.servesOneInstance()) {
            refuse(members().stream().filter(member -> !isStaticSelf(member)).toList());
        }
    }

    /**
     * Checks that all members of the group are consumers of this instance.
     *
     * @throws OtherMemberException when one is not
     * @throws org.apache.kafka.common.KafkaException when the cluster does not answer
     */
    public synchronized void check() {
        if (!sink.servesOneInstance()) {
            return;
        }
        long seen = changes.get();
        List<GroupMember> found = members();
        // Read after the members, so that it holds the ids of all our consumers among them.
        List<GroupMember> others = others(found, ownClientIds.get());
        confirmed = others.isEmpty() ? seen : NEVER;
        refuse(others);
    }

    /**
     * Checks a sample of the group. The sample may be a moment old, so it never proves that this instance is alone.
     *
     * @throws OtherMemberException when a member is no consumer of this instance
     */
    void check(GroupDescription sample) {
        if (sink.servesOneInstance()) {
            List<GroupMember> others = others(sample.members(), ownClientIds.get());
            if (!others.isEmpty()) {
                confirmed = NEVER;
            }
            refuse(others);
        }
    }

    private List<GroupMember> members() {
        return cluster.group(new Deadline(timeout)).members();
    }

    /** Whether somebody may have joined since the last check; if so, no record may be counted before the next one. */
    public boolean isDoubtful() {
        return confirmed != changes.get() && sink.servesOneInstance();
    }

    /** Takes note of a rebalance. */
    public void rebalanced() {
        changes.incrementAndGet();
    }

    /** Takes note of the member id of a consumer of this instance; on the consumer's thread. */
    public void noteIdOf(Consumer<?, ?> consumer) {
        if (!sink.servesOneInstance()) {
            return;
        }
        String id = consumer.groupMetadata().memberId();
        // Empty while it is not a member.
        if (!id.isEmpty() && !id.equals(memberIds.put(ClientIds.of(consumer), id))) {
            changes.incrementAndGet();
        }
    }

    /**
     * Members that are not consumers of this instance. The member id of a consumer that has just joined may not be known
     * here yet. So if the known id is not among the members, one member with the consumer's client id is taken for it.
     */
    private List<GroupMember> others(Collection<GroupMember> found, Set<String> own) {
        List<GroupMember> others = new ArrayList<>(found);
        others.removeIf(this::isStaticSelf);
        for (String clientId : own) {
            String known = memberIds.get(clientId);
            if (!others.removeIf(member -> member.id().equals(known))) {
                others.stream()
                        .filter(member -> member.clientId().equals(clientId))
                        .findFirst()
                        .ifPresent(others::remove);
            }
        }
        return others;
    }

    /** A static member keeps its place across a restart; Kafka fences any other member with the same name. */
    private boolean isStaticSelf(GroupMember member) {
        String id = member.instanceId();
        return instanceId != null
                && id != null
                && id.startsWith(instanceId)
                && id.substring(instanceId.length()).matches("(-\\d+)?");
    }

    private void refuse(List<GroupMember> others) {
        if (!others.isEmpty()) {
            throw new OtherMemberException(groupId, others);
        }
    }
}
