package dev.exposure.intake.process;

/** Processor that only runs statements in the transaction. A slow call is shown as a wait for the database. */
public interface DatabaseProcessor extends ExposureProcessor {}
