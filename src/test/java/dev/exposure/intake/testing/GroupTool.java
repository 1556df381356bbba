package dev.exposure.intake.testing;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

/** Kafka's own {@code kafka-consumer-groups.sh}, in this JVM. */
public final class GroupTool {

    private GroupTool() {}

    /** Runs the tool as an operator would; it fails instead of ending the process. */
    public static void run(TestBroker broker, String group, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.bootstrapServers(), "--group", group));
        all.addAll(List.of(arguments));
        Exit.setExitProcedure((status, message) -> {
            throw new IllegalStateException("The tool ended with " + status + ": " + message);
        });
        try {
            ConsumerGroupCommand.main(all.toArray(String[]::new));
        } finally {
            Exit.resetExitProcedure();
        }
    }
}
