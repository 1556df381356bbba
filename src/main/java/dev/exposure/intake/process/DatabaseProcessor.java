package dev.exposure.intake.process;

/**
 * Processor that does nothing but run statements in the transaction: one that takes long waits for the database, and is
 * shown so.
 */
public interface DatabaseProcessor extends ExposureProcessor {}
