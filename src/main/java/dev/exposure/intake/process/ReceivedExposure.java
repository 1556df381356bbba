package dev.exposure.intake.process;

import dev.exposure.intake.decode.Exposure;

/**
 * An exposure, and where in its partition it was found.
 *
 * @param offset offset of its record
 * @param leaderEpoch leader epoch of its record, -1 where unknown
 * @param exposure what the record says
 */
public record ReceivedExposure(long offset, int leaderEpoch, Exposure exposure) {}
