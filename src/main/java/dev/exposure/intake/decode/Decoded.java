package dev.exposure.intake.decode;

/** What became of a record's bytes: an {@link Exposure}, or the {@link Rejection} that says why not. */
public sealed interface Decoded permits Exposure, Rejection {}
