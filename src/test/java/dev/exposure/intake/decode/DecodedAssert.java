package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions on an outcome, which compare what a caller can see. */
public final class DecodedAssert extends AbstractAssert<DecodedAssert, Decoded> {

    private DecodedAssert(Decoded actual) {
        super(actual, DecodedAssert.class);
    }

    static DecodedAssert assertThat(Decoded actual) {
        return new DecodedAssert(actual);
    }

    Exposure isExposure() {
        Assertions.assertThat(actual).isInstanceOf(Exposure.class);
        return (Exposure) actual;
    }

    /** Expects a rejection that is not about one field. */
    void isRejected(Reason reason) {
        isRejected(reason, null);
    }

    void isRejected(Reason reason, String field) {
        Assertions.assertThat(actual).isInstanceOf(Rejection.class);
        Rejection rejection = (Rejection) actual;
        Assertions.assertThat(rejection.reason()).as(rejection.detail()).isEqualTo(reason);
        Assertions.assertThat(rejection.field()).isEqualTo(field);
        Assertions.assertThat(rejection.detail()).isNotBlank();
    }
}
