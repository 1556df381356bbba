package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_KEY_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.awaitility.Awaitility;

/**
 * A real broker with one listener for each way to secure it: PLAIN (a password, in the clear), SCRAM (a password that is not
 * sent, over TLS), MTLS (certificates on both sides, through an address whose connections can be cut); and one that is open,
 * for the test itself.
 */
public final class SecureBroker implements AutoCloseable {

    private static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required";

    private static final int NETWORK_THREADS = 3; // the broker's default

    private final KafkaClusterTestKit cluster;
    private final Forwarder mutualTls;
    private final Admin admin;

    private SecureBroker(KafkaClusterTestKit cluster, Forwarder mutualTls) {
        this.cluster = cluster;
        this.mutualTls = mutualTls;
        this.admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    /**
     * Starts a broker that has this certificate and key on all TLS listeners, trusts this authority on MTLS, and knows a user
     * of the PLAIN address.
     */
    public static SecureBroker start(
            String certificate, String key, String authority, String plainUser, String plainPassword) throws Exception {
        Forwarder mutualTls = new Forwarder();
        Map<String, String> settings = new HashMap<>();
        settings.put("listeners", "EXTERNAL://localhost:0,PLAIN://localhost:0,SCRAM://localhost:0,MTLS://localhost:0");
        settings.put(
                "advertised.listeners",
                "EXTERNAL://localhost:0,PLAIN://localhost:0,SCRAM://localhost:0,MTLS://" + mutualTls.address());
        settings.put(
                "listener.security.protocol.map",
                "CONTROLLER:PLAINTEXT,EXTERNAL:PLAINTEXT,PLAIN:SASL_PLAINTEXT,SCRAM:SASL_SSL,MTLS:SSL");
        settings.put("listener.name.plain.sasl.enabled.mechanisms", "PLAIN");
        settings.put(
                "listener.name.plain.plain.sasl.jaas.config",
                PLAIN_MODULE + " user_" + plainUser + "=\"" + plainPassword + "\";");
        settings.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put("listener.name.scram.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + ";");
        settings.put("listener.name.scram.connections.max.reauth.ms", "4000");
        settings.put("listener.name.mtls.ssl.client.auth", "required");
        for (String listener : List.of("scram", "mtls")) {
            String prefix = "listener.name." + listener + ".ssl.";
            settings.put(prefix + "keystore.type", "PEM");
            settings.put(prefix + "truststore.type", "PEM");
            settings.put("listener.name." + listener + "." + SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, certificate);
            settings.put("listener.name." + listener + "." + SSL_KEYSTORE_KEY_CONFIG, key);
            settings.put("listener.name." + listener + "." + SSL_TRUSTSTORE_CERTIFICATES_CONFIG, authority);
        }
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .setPerServerProperties(Map.of(0, settings))
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
        SecureBroker broker = new SecureBroker(cluster, mutualTls);
        mutualTls.open(broker.bound("MTLS"));
        return broker;
    }

    private String bound(String listener) {
        return "localhost:" + cluster.brokers().get(0).socketServer().boundPort(ListenerName.normalised(listener));
    }

    /** Address that needs no credentials. */
    public String openServers() {
        return cluster.bootstrapServers();
    }

    /** Address that needs a user and a password, sent as they are. */
    public String plainServers() {
        return bound("PLAIN");
    }

    /** Address that needs a user and a password, by SCRAM over TLS; asks for them again every few seconds. */
    public String scramServers() {
        return bound("SCRAM");
    }

    /** Address that needs a certificate. */
    public String mutualTlsServers() {
        return mutualTls.address();
    }

    /** Cuts all connections of the address that needs a certificate; they can be made again. */
    public void cutMutualTls() throws IOException {
        mutualTls.close();
        mutualTls.open(bound("MTLS"));
    }

    /** Gives a user of the SCRAM address this password. */
    public void setScramPassword(String user, String password) throws Exception {
        ScramCredentialInfo iterations = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, iterations, password)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    /** Has the MTLS address show this certificate and trust this authority, in connections from now on. */
    public void setMutualTls(String certificate, String key, String authority) throws Exception {
        String prefix = "listener.name.mtls.";
        configure(Map.of(
                prefix + SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
                certificate,
                prefix + SSL_KEYSTORE_KEY_CONFIG,
                key,
                prefix + SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
                authority));
        // The controller has the change. The broker takes it a moment later, and each of its network threads for
        // itself;
        // connections go to them in turn.
        SSLSocketFactory sockets = trusting(certificate);
        for (int connection = 0; connection < 2 * NETWORK_THREADS; connection++) {
            Awaitility.await("the new certificate at " + bound("MTLS")).until(() -> isAccepted(sockets));
        }
    }

    private static SSLSocketFactory trusting(String certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        store.setCertificateEntry(
                "broker",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate.getBytes(US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    /** Whether the MTLS address shows a certificate that these sockets trust. They have none to show themselves. */
    private boolean isAccepted(SSLSocketFactory sockets) throws IOException {
        String[] hostAndPort = bound("MTLS").split(":", 2);
        try (SSLSocket socket = (SSLSocket) sockets.createSocket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
            socket.startHandshake();
            return true;
        } catch (SSLException ex) {
            return false;
        }
    }

    private void configure(Map<String, String> settings) throws Exception {
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .collect(Collectors.toList());
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "0"), changes))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    /** Creates a topic of one partition and its dead-letter topic. */
    public void createTopic(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1), new NewTopic(topic + ".dlt", 1, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    /** Writes the values to the topic. */
    public void write(String topic, List<byte[]> values) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", openServers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            values.forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
        }
    }

    @Override
    public void close() throws Exception {
        admin.close();
        mutualTls.close();
        cluster.close();
    }
}
