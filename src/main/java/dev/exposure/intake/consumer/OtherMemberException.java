package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.GroupMember;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/** The group has other members, but the database serves only this instance, which waits until they are gone. */
final class OtherMemberException extends KafkaException {

    private static final long serialVersionUID = 1L;

    OtherMemberException(String groupId, List<GroupMember> others) {
        super("the database of this instance serves one instance, but group " + groupId + " has another member: "
                + others.stream().map(GroupMember::label).distinct().sorted().collect(Collectors.joining(", "))
                + ". Stop it, or let all instances share a PostgreSQL (spring.datasource.url). One that was killed leaves"
                + " by itself when its session times out; until then Kafka would not give its partitions away either");
    }
}
