package dev.exposure.intake.testing;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.common.utils.Exit;

/** Starts real KRaft brokers in this JVM that rebalance without delay and never create topics by themselves. */
final class TestCluster {

    private TestCluster() {}

    /** Starts this many brokers, the first of which is the controller too. */
    static KafkaClusterTestKit start(int brokers, Map<String, String> properties) {
        TestKitNodes nodes = nodes(brokers);
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("auto.create.topics.enable", "false")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("group.min.session.timeout.ms", "1000")
                // Members of the newer protocol learn of a new assignment with their next heartbeat.
                .setConfigProp("group.consumer.min.heartbeat.interval.ms", "100")
                .setConfigProp("group.consumer.heartbeat.interval.ms", String.valueOf(Service.HEARTBEAT_MILLIS))
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "1")
                // Half a minute after its start a broker deletes what is a week old by its time stamps, as some tests'
                // records are.
                .setConfigProp("log.retention.ms", "-1")
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("transaction.state.log.num.partitions", "1");
        properties.forEach(builder::setConfigProp);
        PrintStream out = System.out;
        try {
            KafkaClusterTestKit broker = builder.build();
            System.setOut(new PrintStream(OutputStream.nullOutputStream())); // Kafka's formatter prints to it
            broker.format();
            broker.startup();
            broker.waitForReadyBrokers();
            return broker;
        } catch (Exception ex) {
            throw new IllegalStateException("The broker does not start", ex);
        } finally {
            System.setOut(out);
        }
    }

    private static TestKitNodes nodes(int brokers) {
        // Kafka deletes the directory when the JVM ends, whether the brokers have stopped or not. One that still runs
        // then ends the JVM with an error, because its disk is gone. The cluster deletes it when it is closed.
        Exit.setShutdownHookAdder((name, hook) -> {});
        try {
            return new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(brokers)
                    .setNumControllerNodes(1)
                    .build();
        } finally {
            Exit.resetShutdownHookAdder();
        }
    }
}
