package dev.exposure.intake.consume;

/** A step of the records' way failed; says which, so that the outage can be named. */
final class StageFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outage.Stage stage;
    private final RuntimeException failure;

    StageFailure(Outage.Stage stage, RuntimeException failure) {
        super(failure);
        this.stage = stage;
        this.failure = failure;
    }

    Outage.Stage stage() {
        return stage;
    }

    RuntimeException failure() {
        return failure;
    }
}
