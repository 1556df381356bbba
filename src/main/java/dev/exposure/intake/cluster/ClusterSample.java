package dev.exposure.intake.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the cluster answered for one sample.
 *
 * @param at moment just before the log ends were asked for
 * @param partitions partitions of the topics that exist
 * @param problems what is missing from the answer, reason by subject
 */
public record ClusterSample(Instant at, List<PartitionSample> partitions, Map<String, String> problems) {}
