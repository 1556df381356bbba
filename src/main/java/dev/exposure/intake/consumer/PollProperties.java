package dev.exposure.intake.consumer;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of one poll, and so of one transaction.
 *
 * @param maxRecords Largest number of records in a poll, from 1 to 1,000,000.
 * @param maxBytes Largest number of bytes in a poll, from 64 KB to 1 GB: keys, values and headers, decompressed. A larger
 *     single record is polled alone.
 */
@Validated
@ConfigurationProperties("intake.poll")
public record PollProperties(
        @DefaultValue("20000")
        @Min(value = 1, message = "must be from 1 to 1000000")
        @Max(value = 1_000_000, message = "must be from 1 to 1000000")
        int maxRecords,

        @DefaultValue("16MB") DataSize maxBytes) {

    /** Bean Validation has no constraint for sizes. */
    @AssertTrue(message = "must be from 64KB to 1GB")
    boolean isMaxBytesInRange() {
        return maxBytes.toKilobytes() >= 64 && maxBytes.toMegabytes() <= 1024;
    }
}
