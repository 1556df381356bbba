package dev.exposure.intake.partition;

/**
 * Sums to compare the table of counts with the accounts: {@code table} and {@code removed} add up to {@code processed}.
 *
 * @param table exposures in the table
 * @param processed exposures processed by the accounts of all partitions and groups, former accounts included
 * @param removed exposures that were removed from the table because of their age
 */
public record CountSums(long table, long processed, long removed) {}
