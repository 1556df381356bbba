package dev.exposure.intake.connect;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * Address at which a broker should listen.
 *
 * @param host name or IP address
 * @param port TCP port
 */
record ServerAddress(String host, int port) {

    /** Addresses as Kafka reads them. */
    private static final Pattern FORM = Pattern.compile("(?:[\\w\\-%.]*://)?\\[?([\\w\\-%.:]*)]?:(\\d{1,5})");

    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Addresses that a client is configured with; those that Kafka could not read are left out. */
    static List<ServerAddress> bootstrap(Map<String, ?> settings) {
        Object configured = Objects.requireNonNullElse(settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG), "");
        Collection<?> texts = configured instanceof Collection<?> list
                ? list
                : List.of(configured.toString().split(","));
        List<ServerAddress> addresses = new ArrayList<>();
        for (Object text : texts) {
            Matcher form = FORM.matcher(text.toString().strip());
            if (form.matches()) {
                addresses.add(new ServerAddress(form.group(1), Integer.parseInt(form.group(2))));
            }
        }
        return addresses;
    }

    boolean isResolvable() {
        try {
            return InetAddress.getAllByName(host).length > 0;
        } catch (UnknownHostException ex) {
            return false;
        }
    }

    /** Why no connection can be made, or null where one can. */
    @Nullable
    String problem() {
        String problem = null;
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                problem = problem(address);
                if (problem == null) {
                    return null;
                }
            }
        } catch (UnknownHostException ex) {
            return "the name can't be resolved";
        }
        return problem;
    }

    private @Nullable String problem(InetAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) CONNECT.toMillis());
            return null;
        } catch (SocketTimeoutException ex) {
            return "no connection within " + CONNECT.toSeconds() + " s";
        } catch (ConnectException ex) {
            return "connection refused";
        } catch (IOException | IllegalArgumentException ex) {
            return String.valueOf(ex.getMessage());
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
