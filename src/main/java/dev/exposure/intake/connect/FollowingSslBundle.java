package dev.exposure.intake.connect;

import dev.exposure.intake.outage.FailureText;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * The newest usable state of a registered bundle. A Kafka client gets its bundle once, when it is made, and uses it for
 * each new connection. Spring Boot makes a new bundle when files change, but running clients would never see it.
 */
final class FollowingSslBundle implements SslBundle {

    private static final Logger log = LoggerFactory.getLogger(FollowingSslBundle.class);

    private final String name;
    private volatile SslBundle current;

    private FollowingSslBundle(String name, SslBundle current) {
        this.name = name;
        this.current = current;
    }

    /** Follows the bundle of this name from now on. */
    static FollowingSslBundle of(String name, SslBundles bundles) {
        FollowingSslBundle following = new FollowingSslBundle(name, bundles.getBundle(name));
        bundles.addBundleUpdateHandler(name, following::update);
        following.current = bundles.getBundle(name); // it may have changed before the handler was there
        return following;
    }

    /** Ignores a bundle that can't be used: files that are replaced one by one don't fit together for a moment. */
    private void update(SslBundle updated) {
        X509Certificate own;
        try {
            own = BundleCheck.ownCertificate(updated);
        } catch (RuntimeException | GeneralSecurityException ex) {
            log.warn(
                    "The changed files of SSL bundle '{}' can't be used, and new connections to the brokers go on with what was"
                            + " read before: {}. Check that key, certificate and password belong together; the files are read"
                            + " again when they change",
                    name,
                    FailureText.ofInnermost(ex));
            return;
        }
        current = updated;
        if (own == null) {
            log.info("The files of SSL bundle '{}' have changed; new connections to the brokers use them", name);
        } else {
            log.info(
                    "The files of SSL bundle '{}' have changed; new connections to the brokers use them, with a certificate"
                            + " that is valid until {}",
                    name,
                    own.getNotAfter().toInstant());
        }
    }

    @Override
    public SslStoreBundle getStores() {
        return current.getStores();
    }

    @Override
    public SslBundleKey getKey() {
        return current.getKey();
    }

    @Override
    public SslOptions getOptions() {
        return current.getOptions();
    }

    @Override
    public String getProtocol() {
        return current.getProtocol();
    }

    @Override
    public SslManagerBundle getManagers() {
        return current.getManagers();
    }

    @Override
    public String toString() {
        return "SSL bundle '" + name + "'";
    }
}
