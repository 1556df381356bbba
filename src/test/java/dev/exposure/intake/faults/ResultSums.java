package dev.exposure.intake.faults;

import dev.exposure.intake.faults.Ledger.Row;
import dev.exposure.intake.faults.Ledger.Sum;
import dev.exposure.intake.testing.ResultTopic;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Adds up a topic of partial counts as any engine would that reads only what is committed. */
final class ResultSums {

    private ResultSums() {}

    /** Sums up to the end that the topic has now; waits for transactions that are still open. */
    static Map<Row, Sum> read(String bootstrapServers, String topic) {
        Map<Row, Sum> rows = new HashMap<>();
        new ResultTopic(bootstrapServers, topic)
                .forEach(value -> rows.merge(
                        new Row(
                                Instant.parse(value.get("minute").asString()).getEpochSecond(),
                                value.get("ad_id").asString()),
                        new Sum(
                                value.get("exposures").asLong(),
                                value.get("price_micros").asLong()),
                        Sum::plus));
        return rows;
    }
}
