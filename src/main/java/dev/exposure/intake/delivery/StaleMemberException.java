package dev.exposure.intake.delivery;

/**
 * Nothing was stored, because the group has gone on without this member, which has to join it again. That is part of every
 * rebalance that comes at a bad moment, and no outage.
 */
public final class StaleMemberException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StaleMemberException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
