package dev.exposure.intake.delivery;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Conditions on {@code intake.delivery.type}. A type that does not exist counts as jdbc here, and is refused by its validation. */
public final class OnDelivery {

    private static final String PROPERTY = "intake.delivery.type";

    private OnDelivery() {}

    /** Whether the environment asks for the kafka delivery. */
    public static boolean isKafka(Environment environment) {
        return "kafka".equalsIgnoreCase(environment.getProperty(PROPERTY));
    }

    /** Holds where the delivery is that of a database. */
    public static final class Jdbc implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !isKafka(context.getEnvironment());
        }
    }

    /** Holds where the delivery is that of Kafka. */
    public static final class Kafka implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isKafka(context.getEnvironment());
        }
    }
}
