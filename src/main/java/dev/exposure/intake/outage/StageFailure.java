package dev.exposure.intake.outage;

/** A step of the records' way failed; says which, so that the outage can be named. */
public final class StageFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outage.Stage stage;
    private final RuntimeException failure;

    /** Failure that the outage has been told of. */
    public StageFailure(Outage.Stage stage, RuntimeException failure) {
        super(failure);
        this.stage = stage;
        this.failure = failure;
    }

    public Outage.Stage stage() {
        return stage;
    }

    public RuntimeException failure() {
        return failure;
    }
}
