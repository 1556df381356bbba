package dev.exposure.intake.delivery;

import dev.exposure.intake.outage.SafeMessage;
import dev.exposure.intake.partition.PartitionId;

/**
 * The stored position refers to another log than the new one, and the new one does not replace it. Either the topic was
 * created again and the writer has not noticed, or the writer is a former owner that holds records of the deleted topic.
 * Nothing was written; the writer has to find its position again.
 */
public final class OtherLogException extends RuntimeException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    public OtherLogException(PartitionId partition) {
        super("The stored position of " + partition
                + " refers to another log of this topic than these records: it may have been created again");
    }
}
