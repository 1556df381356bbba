package dev.exposure.intake.delivery;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Conditions on {@code intake.delivery.type}. An unknown type counts as jdbc here, and validation refuses it. */
public final class OnDelivery {

    private static final String PROPERTY = "intake.delivery.type";

    private OnDelivery() {}

    /** Whether the environment asks for the kafka delivery. */
    public static boolean isKafka(Environment environment) {
        return "kafka".equalsIgnoreCase(environment.getProperty(PROPERTY));
    }

    /** Holds if the delivery is jdbc. */
    public static final class Jdbc implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !isKafka(context.getEnvironment());
        }
    }

    /** Holds if the delivery is kafka. */
    public static final class Kafka implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isKafka(context.getEnvironment());
        }
    }
}
