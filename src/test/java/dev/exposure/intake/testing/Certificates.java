package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Authorities and certificates that live as long as a test, made by the JDK's own keytool, as PEM. */
public final class Certificates {

    private static final String ENCRYPTION = "PBEWithSHA1AndDESede";
    private final Path store;
    private final String password = UUID.randomUUID().toString();

    /** Keeps keys in this directory. */
    public Certificates(Path directory) {
        this.store = directory.resolve("keys.p12");
    }

    /** Makes an authority that signs its own certificate. */
    public Certificates authority(String name) throws Exception {
        return make(name, name, List.of("-ext", "BC:critical=ca:true", "-validity", "30"));
    }

    /** Makes a certificate for this machine, and its key. */
    public Certificates issue(String name, String authority) throws Exception {
        return make(
                name,
                "localhost",
                List.of("-signer", authority, "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "10"));
    }

    /** Makes a certificate that expired yesterday. */
    public Certificates issueExpired(String name, String authority) throws Exception {
        return make(name, "localhost", List.of("-signer", authority, "-startdate", "-5d", "-validity", "4"));
    }

    private Certificates make(String name, String subject, List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                password,
                "-alias",
                name,
                "-dname",
                "CN=" + subject,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1"));
        command.addAll(options);
        Path output = Files.createTempFile(store.getParent(), "keytool", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("keytool: " + Files.readString(output));
        }
        return this;
    }

    /** The certificate. */
    public String certificate(String name) throws Exception {
        Certificate certificate = load().getCertificate(name);
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /** The private key, as it is. */
    public String key(String name) throws Exception {
        return pem("PRIVATE KEY", privateKey(name).getEncoded());
    }

    /** The private key, encrypted with this password. */
    public String key(String name, String keyPassword) throws Exception {
        Cipher cipher = Cipher.getInstance(ENCRYPTION);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(ENCRYPTION).generateSecret(new PBEKeySpec(keyPassword.toCharArray())));
        byte[] encrypted = cipher.doFinal(privateKey(name).getEncoded());
        return pem(
                "ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(cipher.getParameters(), encrypted).getEncoded());
    }

    private Key privateKey(String name) throws Exception {
        return load().getKey(name, password.toCharArray());
    }

    private KeyStore load() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password.toCharArray());
        }
        return keys;
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content)
                + "\n-----END " + type + "-----\n";
    }
}
