package dev.exposure.intake.partition;

/**
 * Identity of the log that offsets refer to: a topic that is deleted and created again keeps its name, but not its id.
 *
 * @param clusterId id of the Kafka cluster
 * @param topicId id that the cluster gave the topic
 */
public record LogId(String clusterId, String topicId) {}
