package dev.exposure.intake.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks tests that take long and whose outcome does not depend on the JDK, so that one JDK is enough for them:
 * {@code -Dtest.excluded.groups=slow} leaves them out. Nothing about TLS, file systems or JVM options belongs here.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("slow")
public @interface Slow {}
