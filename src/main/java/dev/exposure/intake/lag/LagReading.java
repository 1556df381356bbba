package dev.exposure.intake.lag;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The data for one lag sample.
 *
 * @param at moment just before the log ends were asked for
 * @param nanos the same moment by {@link System#nanoTime}, for the time between two readings
 * @param partitions partitions of the topics that exist
 * @param problems what is missing or wrong, reason by subject
 */
record LagReading(Instant at, long nanos, List<PartitionSample> partitions, Map<String, String> problems) {}
