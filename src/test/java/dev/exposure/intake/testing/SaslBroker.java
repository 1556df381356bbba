package dev.exposure.intake.testing;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker that asks for a user and a password, on a second listener; the first is open, for the test itself. */
public final class SaslBroker implements AutoCloseable {

    private static final String LISTENER = "SASL";
    private static final String MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private final KafkaClusterTestKit cluster;
    private final String user;
    private final String password;

    private SaslBroker(KafkaClusterTestKit cluster, String user, String password) {
        this.cluster = cluster;
        this.user = user;
        this.password = password;
    }

    /** Starts a broker that knows this one user. */
    public static SaslBroker start(String user, String password) throws Exception {
        Map<String, String> broker = Map.of(
                "listeners",
                "EXTERNAL://localhost:0," + LISTENER + "://localhost:0",
                "listener.security.protocol.map",
                "EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT," + LISTENER + ":SASL_PLAINTEXT",
                "listener.name.sasl.sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.sasl.plain.sasl.jaas.config",
                MODULE + " user_" + user + "=\"" + password + "\";");
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .setPerServerProperties(Map.of(0, broker))
                .build();
        KafkaClusterTestKit cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "1")
                .setConfigProp("auto.create.topics.enable", "false")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .build();
        PrintStream out = System.out;
        try {
            System.setOut(new PrintStream(OutputStream.nullOutputStream())); // Kafka's formatter prints to it
            cluster.format();
        } finally {
            System.setOut(out);
        }
        cluster.startup();
        cluster.waitForReadyBrokers();
        return new SaslBroker(cluster, user, password);
    }

    /** Address that needs no password. */
    public String openServers() {
        return cluster.bootstrapServers();
    }

    /** Address that needs one. */
    public String servers() {
        return "localhost:" + cluster.brokers().get(0).socketServer().boundPort(ListenerName.normalised(LISTENER));
    }

    /** Value of {@code sasl.jaas.config} for the one user with the right password. */
    public String login() {
        return login(user, password);
    }

    /** Value of {@code sasl.jaas.config} for any user. */
    public static String login(String user, String password) {
        return MODULE + " username=\"" + user + "\" password=\"" + password + "\";";
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
