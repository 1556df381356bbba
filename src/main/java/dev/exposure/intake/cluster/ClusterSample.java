package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import java.util.Map;

/**
 * What the cluster answered about the topics and the group at one moment.
 *
 * @param askedNanos when it was asked, by {@link System#nanoTime}
 * @param topics topics that are consumed
 * @param group consumer group
 * @param owners owner of each partition that has one, as {@code <client id>@<host>}
 */
public record ClusterSample(long askedNanos, Topics topics, GroupDescription group, Map<PartitionId, String> owners) {}
