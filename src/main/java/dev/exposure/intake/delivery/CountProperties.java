package dev.exposure.intake.delivery;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import org.hibernate.validator.constraints.CompositionType;
import org.hibernate.validator.constraints.ConstraintComposition;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long counts are kept.
 *
 * @param retention Age from which minutes are removed from the table of counts, a few rows at a time; at least 1 h. 0, the
 *     default, keeps all.
 */
@Validated
@ConfigurationProperties("intake.count")
public record CountProperties(
        @DefaultValue("0s") @DurationMin(message = CountProperties.ALLOWED) @CountProperties.NoneOrLong
        Duration retention) {

    static final String ALLOWED = "must be 0 (keep all) or at least 1h";

    /** 0, or so long that removed minutes are normally no longer counted into. */
    @ConstraintComposition(CompositionType.OR)
    @DurationMax(nanos = 0)
    @DurationMin(hours = 1)
    @ReportAsSingleViolation
    @Constraint(validatedBy = {})
    @Retention(RetentionPolicy.RUNTIME)
    @interface NoneOrLong {

        String message() default ALLOWED;

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }
}
