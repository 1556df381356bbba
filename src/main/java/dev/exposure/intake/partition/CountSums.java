package dev.exposure.intake.partition;

/**
 * The table of counts beside the accounts. What is in the table and what was removed from it add up to what was processed.
 *
 * @param table exposures in the table
 * @param processed exposures processed by the accounts of all partitions and groups, former accounts included
 * @param removed exposures that were removed from the table for their age
 */
public record CountSums(long table, long processed, long removed) {}
