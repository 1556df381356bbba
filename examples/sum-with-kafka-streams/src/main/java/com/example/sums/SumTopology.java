package com.example.sums;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;

/** Adds up the partial counts by their key; all that this application does. */
final class SumTopology {

    static final String COUNTS = "exposure-counts";
    static final String SUMS = "exposure-sums";

    private SumTopology() {}

    static Topology build() {
        StreamsBuilder builder = new StreamsBuilder();
        SumSerde sums = new SumSerde();
        // The keys are taken as they are, byte by byte: the service writes each in one form only.
        builder.stream(COUNTS, Consumed.with(Serdes.ByteArray(), sums))
                .groupByKey(Grouped.with(Serdes.ByteArray(), sums))
                .aggregate(
                        () -> null,
                        (key, count, sum) -> Sum.add(sum, count),
                        Materialized.with(Serdes.ByteArray(), sums))
                .toStream()
                .to(SUMS, Produced.with(Serdes.ByteArray(), sums));
        return builder.build();
    }
}
