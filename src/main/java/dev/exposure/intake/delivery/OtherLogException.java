package dev.exposure.intake.delivery;

import dev.exposure.intake.outage.SafeMessage;
import dev.exposure.intake.partition.PartitionId;

/**
 * The stored position refers to another log than what is to be stored, which does not say that it replaces that one. Either
 * the topic was created again and the writer has not noticed, or the writer is a former owner who holds records of the
 * deleted topic. Nothing was written; the writer has to find out anew where it stands.
 */
public final class OtherLogException extends RuntimeException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    public OtherLogException(PartitionId partition) {
        super("The stored position of " + partition + " refers to another log of this name than the records at hand");
    }
}
