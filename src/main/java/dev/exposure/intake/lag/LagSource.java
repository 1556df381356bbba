package dev.exposure.intake.lag;

import org.jspecify.annotations.Nullable;

/** Gives the last sample of the group's lag, without asking a broker. */
public interface LagSource {

    /** Group whose lag is sampled. */
    String groupId();

    /** Last sample that succeeded, null before the first; its age tells whether sampling still works. */
    @Nullable
    LagSnapshot latest();
}
