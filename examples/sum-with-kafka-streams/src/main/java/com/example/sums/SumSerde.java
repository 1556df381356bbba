package com.example.sums;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import tools.jackson.databind.json.JsonMapper;

/** Sums as JSON. */
final class SumSerde implements Serde<Sum> {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public Serializer<Sum> serializer() {
        return (topic, sum) -> sum == null ? null : JSON.writeValueAsBytes(sum);
    }

    @Override
    public Deserializer<Sum> deserializer() {
        return (topic, bytes) -> bytes == null ? null : JSON.readValue(bytes, Sum.class);
    }
}
