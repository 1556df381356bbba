/** The page that shows a person what this instance and its group are doing; static files that read the actuator. */
@NullMarked
package dev.exposure.intake.page;

import org.jspecify.annotations.NullMarked;
