package dev.exposure.intake.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A member of the consumer group, as its coordinator tells it.
 *
 * @param id id that the group knows it by
 * @param instanceId its {@code group.instance.id}, or null when it has none
 * @param clientId its {@code client.id}
 * @param host address that it joined from
 */
public record GroupMember(String id, @Nullable String instanceId, String clientId, String host) {}
