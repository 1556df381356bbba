package dev.exposure.intake.delivery;

/**
 * Nothing was stored, because the group has continued without this member, which has to join it again. A rebalance at a
 * bad moment causes this; it is not an outage.
 */
public final class StaleMemberException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StaleMemberException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
