package dev.exposure.intake.process;

import dev.exposure.intake.delivery.DeliveryResult;
import java.util.List;

/**
 * The service that the intake feeds: what happens to the exposures of a poll. By default they are counted.
 *
 * <p>A team with its own logic provides its own bean of this type, anywhere in the application; the default then steps
 * back:
 *
 * <pre>{@code
 * @Component
 * class BillingProcessor implements ExposureProcessor {
 *     public DeliveryResult process(List<ExposureSlice> poll) { ... }
 * }
 * }</pre>
 *
 * <p>Called by several consumer threads at once, each with partitions of its own. When it returns, the offsets of the
 * poll are committed to Kafka: whatever it has not stored by then is lost. When it throws, whatever it throws, the same
 * poll comes again after a pause, until it succeeds. So it has to be repeatable: store the end of each slice
 * ({@link ExposureSlice#nextOffset()}) together with the results, and leave out what lies below it; or hand the results
 * to {@link dev.exposure.intake.delivery.Delivery#write}, which does just that. An exposure that was written to Kafka twice
 * comes twice; the sink leaves out the second one where {@code intake.dedupe.window} is set.
 */
public interface ExposureProcessor {

    /**
     * Processes what a poll brought, at most one slice a partition.
     *
     * @return what became of the exposures; the numbers add up to all that were given
     */
    DeliveryResult process(List<ExposureSlice> poll);
}
