package dev.exposure.comparison;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** Writes a line for each record that it is handed, as the recorder of the Go clients does, unbuffered: a kill takes none back. */
@Component
@Profile("!backlog")
class RecordingListener {

    private static final String ID_MEMBER = "exposure_id\\\":\\\"";

    private final FileOutputStream out;

    RecordingListener(@Value("${comparison.out}") String path) throws IOException {
        this.out = new FileOutputStream(path, true);
    }

    @KafkaListener(topics = "${comparison.topic}")
    void on(ConsumerRecord<String, String> delivered) throws IOException {
        String line = id(delivered.value()) + " " + delivered.partition() + " " + delivered.offset() + " "
                + System.currentTimeMillis() + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static String id(String event) {
        int member = event.indexOf(ID_MEMBER);
        if (member < 0) {
            return "?";
        }
        int start = member + ID_MEMBER.length();
        return event.substring(start, event.indexOf('\\', start));
    }
}
