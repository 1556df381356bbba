package dev.exposure.intake.testing;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * Authorizer of the brokers in this JVM that lets everybody do everything, except for writing to topics that a test names,
 * and for what it takes from the service.
 * Named to a broker by {@code authorizer.class.name}.
 */
public final class RefusingAuthorizer implements Authorizer {

    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();
    private static final Set<Right> TAKEN = ConcurrentHashMap.newKeySet();
    private static final String SERVICE = "exposure-intake";
    private static volatile boolean readOnly;

    private record Right(AclOperation operation, ResourceType type, String name) {}

    /** Takes this right from the service's clients; the test's own keep it. */
    public static void take(AclOperation operation, ResourceType type, String name) {
        TAKEN.add(new Right(operation, type, name));
    }

    /** Lets nobody write to the topic any more. */
    public static void refuseWrites(String topic) {
        REFUSED.add(topic);
    }

    /** Lets nobody write anything any more, as if no right to write had ever been given. */
    public static void refuseAllWrites() {
        readOnly = true;
    }

    /** Lets everybody write everywhere again. */
    public static void allowAll() {
        REFUSED.clear();
        TAKEN.clear();
        readOnly = false;
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        return actions.stream().map(action -> judge(context, action)).toList();
    }

    private static AuthorizationResult judge(AuthorizableRequestContext context, Action action) {
        boolean isWrite =
                action.operation() == AclOperation.WRITE || action.operation() == AclOperation.IDEMPOTENT_WRITE;
        String name = action.resourcePattern().name();
        boolean taken = context.clientId().startsWith(SERVICE)
                && TAKEN.contains(
                        new Right(action.operation(), action.resourcePattern().resourceType(), name));
        return taken || (isWrite && (readOnly || REFUSED.contains(name)))
                ? AuthorizationResult.DENIED
                : AuthorizationResult.ALLOWED;
    }

    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
        return readOnly && operation == AclOperation.WRITE ? AuthorizationResult.DENIED : AuthorizationResult.ALLOWED;
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo server) {
        return server.endpoints().stream()
                .collect(java.util.stream.Collectors.toMap(
                        endpoint -> endpoint, endpoint -> CompletableFuture.completedFuture(null)));
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Collection<AclBinding> acls(AclBindingFilter filter) {
        return Collections.emptyList();
    }

    @Override
    public void configure(Map<String, ?> configuration) {}

    @Override
    public void close() {}
}
