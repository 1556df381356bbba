package dev.exposure.intake.delivery;

import dev.exposure.intake.outage.SafeMessage;
import java.util.Collection;
import java.util.TreeSet;

/** Another consumer group has delivered the same topics to the same database; going on would double the results. */
public final class OtherGroupException extends RuntimeException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    /**
     * Refusal of this group.
     *
     * @param others groups that have stored positions
     * @param topics topics of these positions
     */
    public OtherGroupException(String consumerGroup, Collection<String> others, Collection<String> topics) {
        super("The database holds positions of consumer group " + String.join(", ", new TreeSet<>(others))
                + " in the same topics (" + String.join(", ", new TreeSet<>(topics)) + "), so what group "
                + consumerGroup + " delivers would be added to what is there already");
    }

    /** What an operator can do about it. */
    public String action() {
        return "Use the group that the database belongs to (spring.kafka.consumer.group-id), or give each group a database or"
                + " a schema of its own (spring.datasource.url; in PostgreSQL ?currentSchema=name). If the other group"
                + " is gone and its results are to stay, stop its instances and delete its positions: DELETE FROM"
                + " partition_position WHERE consumer_group = '...'";
    }
}
