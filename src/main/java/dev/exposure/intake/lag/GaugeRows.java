package dev.exposure.intake.lag;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of one name that come and go with their tags.
 *
 * <p>Micrometer's MultiGauge either keeps the first value of a row for ever, or takes the row out of the registry for a
 * moment at each update; here a row stays, and only its value changes. Not safe for use by several threads, except that
 * the values may be scraped at any time.
 */
final class GaugeRows {

    private final MeterRegistry registry;
    private final String name;
    private final @Nullable String unit;
    private final String description;
    private final Map<Tags, Row> rows = new HashMap<>();

    GaugeRows(MeterRegistry registry, String name, @Nullable String unit, String description) {
        this.registry = registry;
        this.name = name;
        this.unit = unit;
        this.description = description;
    }

    /** Shows exactly these rows: adds, updates, and removes what is not among them. */
    void show(Map<Tags, Double> values) {
        rows.entrySet().removeIf(row -> {
            boolean gone = !values.containsKey(row.getKey());
            if (gone && row.getValue().gauge != null) {
                registry.remove(row.getValue().gauge);
            }
            return gone;
        });
        values.forEach((tags, value) -> {
            Row row = rows.computeIfAbsent(tags, key -> new Row());
            row.value = value;
            if (row.gauge == null) {
                row.gauge = register(tags, row);
            }
        });
    }

    private Gauge register(Tags tags, Row row) {
        // Without a strong reference the gauge would turn to NaN once the row was collected.
        return Gauge.builder(name, row, shown -> shown.value)
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private static final class Row {

        private volatile double value;
        private @Nullable Gauge gauge;
    }
}
