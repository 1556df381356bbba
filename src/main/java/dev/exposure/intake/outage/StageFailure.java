package dev.exposure.intake.outage;

/** A processing step failed; holds its stage, so that the outage can be named. */
public final class StageFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outage.Stage stage;
    private final RuntimeException failure;

    /** Failure that has been noted as an outage. */
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
