package dev.exposure.intake.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.KafkaClusterTestKit;

/** A real broker that tells clients to go on to an address that nobody listens on, until it is opened. */
public final class AdvertisingBroker implements AutoCloseable {

    private static final String LISTENER = "ELSEWHERE";

    private final KafkaClusterTestKit cluster;
    private final Forwarder advertised;

    private AdvertisingBroker(KafkaClusterTestKit cluster, Forwarder advertised) {
        this.cluster = cluster;
        this.advertised = advertised;
    }

    /** Starts the broker; the address that it advertises is closed. */
    public static AdvertisingBroker start() throws Exception {
        Forwarder advertised = new Forwarder();
        return new AdvertisingBroker(
                TestCluster.start(
                        1,
                        Map.of(
                                "listeners",
                                "EXTERNAL://localhost:0,CONTROLLER://localhost:0," + LISTENER + "://localhost:0",
                                "advertised.listeners",
                                "EXTERNAL://localhost:0," + LISTENER + "://" + advertised.address(),
                                "listener.security.protocol.map",
                                "EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT," + LISTENER + ":PLAINTEXT")),
                advertised);
    }

    /** Creates a topic of one partition and its dead-letter topic. */
    public void createTopic(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1), new NewTopic(topic + ".dlt", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /** Address that answers with the advertised one. */
    public String servers() {
        return "localhost:" + cluster.brokers().get(0).socketServer().boundPort(ListenerName.normalised(LISTENER));
    }

    /** Address that it advertises. */
    public String advertised() {
        return advertised.address();
    }

    /** Has the advertised address lead to the broker. */
    public void open() {
        advertised.open(servers());
    }

    @Override
    public void close() throws Exception {
        advertised.close();
        cluster.close();
    }
}
