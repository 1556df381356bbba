package dev.exposure.intake.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import kafka.network.SocketServer;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestTestUtils;
import org.jspecify.annotations.Nullable;

/** Stands between one broker and its clients. It answers requests with errors in the broker's place, or keeps its answers. */
public final class KafkaProxy implements AutoCloseable {

    private static final String LISTENER = "PROXIED";

    private final int port = FreePort.next();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private volatile int target;

    /** What is to become of one request of this kind; without an error, the broker does it, and the answer is lost. */
    private record Fault(ApiKeys api, Errors error) {}

    /** What a client gets for one request: these bytes, or what the broker answers, or neither. */
    private record Answer(byte[] bytes, boolean lost) {}

    /** Address that the broker advertises. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Properties of the broker that it is to stand before. */
    Map<String, String> brokerProperties() {
        return Map.of(
                "listeners",
                "EXTERNAL://localhost:0,CONTROLLER://localhost:0," + LISTENER + "://localhost:0",
                "advertised.listeners",
                "EXTERNAL://localhost:0," + LISTENER + "://" + address(),
                "listener.security.protocol.map",
                "EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT," + LISTENER + ":PLAINTEXT");
    }

    /** Passes connections on to this broker from now on. */
    void open(SocketServer socketServer) {
        target = socketServer.boundPort(ListenerName.normalised(LISTENER));
        try {
            ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            open.add(server);
            ConnectionThread.start(() -> {
                while (!server.isClosed()) {
                    forward(server.accept());
                }
            });
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Answers the next request of this kind with this error; the broker does not get it. */
    public void answer(ApiKeys api, Errors error) {
        faults.add(new Fault(api, error));
    }

    /** Has the broker do what the next request of this kind asks for, and closes the connection before it is answered. */
    public void loseAnswer(ApiKeys api) {
        faults.add(new Fault(api, Errors.NONE));
    }

    /** Whether all that was asked for has been taken up. */
    public boolean isDone() {
        return faults.isEmpty();
    }

    private void forward(Socket client) throws IOException {
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(broker);
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>(); // in the order of the requests, as clients expect
        ConnectionThread.start(() -> {
            try (client;
                    broker) {
                passRequests(client, broker, answers);
            }
        });
        ConnectionThread.start(() -> {
            try (client;
                    broker) {
                passAnswers(broker, client, answers);
            }
        });
    }

    private void passRequests(Socket client, Socket broker, BlockingQueue<Answer> answers) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(broker.getOutputStream());
        while (true) {
            byte[] request = in.readNBytes(in.readInt());
            ByteBuffer buffer = ByteBuffer.wrap(request);
            RequestHeader header = RequestHeader.parse(buffer);
            Fault fault = takeFault(header.apiKey());
            if (fault != null && fault.error != Errors.NONE) {
                answers.add(new Answer(error(header, buffer, fault.error), false));
                continue;
            }
            answers.add(new Answer(new byte[0], fault != null));
            out.writeInt(request.length);
            out.write(request);
            out.flush();
        }
    }

    private static void passAnswers(Socket broker, Socket client, BlockingQueue<Answer> answers) throws IOException {
        DataInputStream in = new DataInputStream(broker.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        while (true) {
            Answer answer = take(answers);
            byte[] bytes = answer.bytes.length > 0 ? answer.bytes : in.readNBytes(in.readInt());
            if (answer.lost) {
                return;
            }
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        }
    }

    private @Nullable Fault takeFault(ApiKeys api) {
        synchronized (faults) {
            Fault next = faults.stream()
                    .filter(fault -> fault.api == api)
                    .findFirst()
                    .orElse(null);
            faults.remove(next);
            return next;
        }
    }

    private static byte[] error(RequestHeader header, ByteBuffer body, Errors error) {
        AbstractRequest request = AbstractRequest.parseRequest(
                        header.apiKey(), header.apiVersion(), new ByteBufferAccessor(body))
                .request;
        AbstractResponse response = request.getErrorResponse(error.exception());
        ByteBuffer bytes =
                RequestTestUtils.serializeResponseWithHeader(response, header.apiVersion(), header.correlationId());
        byte[] result = new byte[bytes.remaining()];
        bytes.get(result);
        return result;
    }

    private static Answer take(BlockingQueue<Answer> answers) throws IOException {
        try {
            return answers.take();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(ex);
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }
}
