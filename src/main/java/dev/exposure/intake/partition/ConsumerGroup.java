package dev.exposure.intake.partition;

/**
 * The consumer group that this instance is a member of.
 *
 * @param id its name, {@code spring.kafka.consumer.group-id}
 */
public record ConsumerGroup(String id) {}
