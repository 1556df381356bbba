package dev.exposure.intake.connect;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** Checks that a bundle can be used: it is readable, and its private key belongs to its certificate. */
final class BundleCheck {

    private static final Set<String> KNOWN_KEYS = Set.of("RSA", "EC", "DSA", "EDDSA", "ED25519", "ED448");

    private BundleCheck() {}

    /**
     * Certificate that the bundle shows to brokers, or null if it shows none.
     *
     * @throws RuntimeException if the bundle can't be used
     * @throws GeneralSecurityException if the bundle can't be used
     */
    static @Nullable X509Certificate ownCertificate(SslBundle bundle) throws GeneralSecurityException {
        bundle.createSslContext();
        KeyStore store = bundle.getStores().getKeyStore();
        if (store == null) {
            return null;
        }
        String password = bundle.getKey().getPassword();
        String storePassword = bundle.getStores().getKeyStorePassword();
        String secret = password == null ? storePassword : password;
        for (String alias : Collections.list(store.aliases())) {
            if (store.getCertificate(alias) instanceof X509Certificate certificate
                    && store.getKey(alias, secret == null ? null : secret.toCharArray()) instanceof PrivateKey key) {
                checkThatTheyFit(key, certificate);
                return certificate;
            }
        }
        return null;
    }

    private static void checkThatTheyFit(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().toUpperCase(Locale.ROOT);
        if (!KNOWN_KEYS.contains(algorithm)) {
            return; // the signature algorithm of such a key is not known here
        }
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA", "DSA" -> "SHA256with" + algorithm;
                    default -> key.getAlgorithm();
                });
        byte[] text = {1};
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the private key is not that of the certificate");
        }
    }
}
