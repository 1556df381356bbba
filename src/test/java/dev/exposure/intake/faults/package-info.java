/** The fault suite: real processes are frozen, killed and cut off, and every record is accounted for. */
package dev.exposure.intake.faults;
