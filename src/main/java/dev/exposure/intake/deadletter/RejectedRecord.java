package dev.exposure.intake.deadletter;

import dev.exposure.intake.decode.Rejection;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record as it came, with the reason why it holds no usable exposure. */
public record RejectedRecord(ConsumerRecord<byte[], byte[]> record, Rejection rejection) {

    /** Says where the record is, never what it holds. */
    @Override
    public String toString() {
        return record.topic() + "-" + record.partition() + "@" + record.offset() + " " + rejection.reason();
    }
}
