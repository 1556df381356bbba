package dev.exposure.intake.actuate;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A container's health check: asks the service in it whether it is alive, and ends with an error if it is not. */
public final class HealthProbe {

    private static final String PATH = "/actuator/health/liveness";
    private static final int TIMEOUT_MILLIS = 4000;

    private HealthProbe() {}

    /** Returns if the service is alive; otherwise fails with one line that says what it answered. */
    public static void main(String[] args) throws NotAliveException {
        check(System.getenv());
    }

    /** Finds the service by the environment variables that configure it. */
    public static void check(Map<String, String> environment) throws NotAliveException {
        String given = environment.get("HEALTH_URL");
        String port =
                environment.getOrDefault("MANAGEMENT_SERVER_PORT", environment.getOrDefault("SERVER_PORT", "8080"));
        String url = given != null ? given : "http://127.0.0.1:" + port + PATH;
        try {
            int status = status(URI.create(url));
            if (given == null && status == HttpURLConnection.HTTP_BAD_REQUEST) {
                // A TLS port answers this to plain HTTP. TLS may be configured in a file that is not read here.
                url = url.replaceFirst("http", "https");
                status = status(URI.create(url));
            }
            if (status != HttpURLConnection.HTTP_OK) {
                throw new NotAliveException(url + " answers " + status);
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException ex) {
            throw new NotAliveException(url + ": " + ex);
        }
    }

    private static int status(URI uri) throws IOException, GeneralSecurityException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection https
                && InetAddress.getByName(uri.getHost()).isLoopbackAddress()) {
            // The certificate is for the name that others use for the service; nothing secret is sent or received here.
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            https.setSSLSocketFactory(context.getSocketFactory());
            https.setHostnameVerifier((name, session) -> true);
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** The service is not alive; the message says why in one line. */
    public static final class NotAliveException extends Exception {

        private static final long serialVersionUID = 1L;

        private NotAliveException(String message) {
            super(message, null, false, false);
        }
    }

    private static final class AnyCertificate extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
