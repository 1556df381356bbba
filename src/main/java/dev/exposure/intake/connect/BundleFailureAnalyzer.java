package dev.exposure.intake.connect;

import dev.exposure.intake.outage.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/** Says which file of an SSL bundle can't be used, and why, instead of a stack trace that names the file at best. */
class BundleFailureAnalyzer implements FailureAnalyzer {

    private static final Bindable<Map<String, PemSslBundleProperties>> BUNDLES =
            Bindable.mapOf(String.class, PemSslBundleProperties.class);

    private static final String CERTIFICATES =
            "Name a file that this service may read, with X.509 certificates in PEM format (-----BEGIN CERTIFICATE-----).";
    private static final String KEY =
            "Name a file that this service may read, with the private key in PEM format (PKCS#8 is"
                    + " -----BEGIN PRIVATE KEY-----; PKCS#1 and SEC 1 are read too). Where it is encrypted, its password is"
                    + " private-key-password beside it.";

    private final Environment environment;
    private final ResourceLoader files = ApplicationResourceLoader.get();

    BundleFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        if (!isOfABundle(failure)) {
            return null;
        }
        for (Map.Entry<String, PemSslBundleProperties> bundle : Binder.get(environment)
                .bind("spring.ssl.bundle.pem", BUNDLES)
                .orElseGet(Map::of)
                .entrySet()) {
            FailureAnalysis analysis = analyze(bundle.getKey(), bundle.getValue(), failure);
            if (analysis != null) {
                return analysis;
            }
        }
        return new FailureAnalysis(
                "An SSL bundle can't be used: " + FailureText.ofInnermost(failure),
                "Correct spring.ssl.bundle.*: its files must exist and be readable, the private key must belong to the"
                        + " certificate, and its password must be right.",
                failure);
    }

    private @Nullable FailureAnalysis analyze(String name, PemSslBundleProperties bundle, Throwable failure) {
        String property = "spring.ssl.bundle.pem." + name;
        PemSslBundleProperties.Store own = bundle.getKeystore();
        PemSslBundleProperties.Store trusted = bundle.getTruststore();
        String text =
                problem(property + ".truststore.certificate", trusted.getCertificate(), PemContent::getCertificates);
        if (text == null) {
            text = problem(property + ".keystore.certificate", own.getCertificate(), PemContent::getCertificates);
        }
        if (text != null) {
            return new FailureAnalysis(text, CERTIFICATES, failure);
        }
        text = problem(
                property + ".keystore.private-key",
                own.getPrivateKey(),
                content -> content.getPrivateKey(own.getPrivateKeyPassword()));
        return text == null ? null : new FailureAnalysis(text, KEY, failure);
    }

    private interface Part {
        @Nullable
        Object of(PemContent content) throws IOException;
    }

    private @Nullable String problem(String property, @Nullable String location, Part part) {
        if (location == null || location.isEmpty()) {
            return null;
        }
        boolean isText = PemContent.isPresentInText(location); // it may be a key
        try (InputStream in = isText ? InputStream.nullInputStream() : open(location)) {
            PemContent content = isText ? PemContent.of(location) : PemContent.load(in);
            return content == null || part.of(content) == null ? property + " is empty" : null;
        } catch (IOException | RuntimeException ex) {
            return property + (isText ? "" : ", " + location + ",") + " can't be used: " + FailureText.ofInnermost(ex);
        }
    }

    private InputStream open(String location) throws IOException {
        return files.getResource(location).getInputStream();
    }

    /** By the stack trace, because Spring Boot has no exception type for this. */
    private static boolean isOfABundle(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            StackTraceElement[] trace = cause.getStackTrace();
            String thrower = trace.length == 0 ? "" : trace[0].getClassName();
            if (thrower.startsWith("org.springframework.boot.ssl.")
                    || thrower.startsWith("org.springframework.boot.autoconfigure.ssl.")) {
                return true;
            }
        }
        return false;
    }
}
