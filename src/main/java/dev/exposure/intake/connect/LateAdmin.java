package dev.exposure.intake.connect;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Admin client for servers whose names can't be resolved yet. Kafka's own client can't be made before that, so each call
 * tries to make it, and throws an {@link UnresolvedServersException} as long as that fails. Thread-safe.
 */
public final class LateAdmin implements InvocationHandler {

    private final Map<String, Object> settings;
    private @Nullable Admin made;
    private boolean closed;

    private LateAdmin(Map<String, Object> settings) {
        this.settings = settings;
    }

    /**
     * Admin client with these settings, made now if any server's name can be resolved, else later.
     *
     * @throws KafkaException when it can't be made for another reason
     */
    public static Admin create(Map<String, Object> settings) {
        try {
            return make(settings);
        } catch (UnresolvedServersException ex) {
            return (Admin) Proxy.newProxyInstance(
                    Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, new LateAdmin(settings));
        }
    }

    private static Admin make(Map<String, Object> settings) {
        try {
            return Admin.create(settings);
        } catch (ConfigException ex) {
            throw ex; // a wrong property; unresolved names come wrapped in another exception
        } catch (KafkaException ex) {
            requireNames(settings, ex);
            throw ex;
        }
    }

    private static void requireNames(Map<String, Object> settings, @Nullable Throwable cause) {
        List<ServerAddress> servers = ServerAddress.bootstrap(settings);
        if (!servers.isEmpty() && servers.stream().noneMatch(ServerAddress::isResolvable)) {
            throw new UnresolvedServersException(servers, cause);
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object target = this;
        if (method.getDeclaringClass() != Object.class) {
            target = method.getName().equals("close") ? close() : admin();
            if (target == null) {
                return null; // closed before it was made
            }
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException ex) {
            throw ex.getCause() == null ? ex : ex.getCause();
        }
    }

    private synchronized @Nullable Admin close() {
        closed = true;
        return made;
    }

    private synchronized Admin admin() {
        if (made == null) {
            if (closed) {
                throw new IllegalStateException("This admin client is closed");
            }
            requireNames(settings, null); // Kafka would warn of each name at each attempt
            made = make(settings);
        }
        return made;
    }
}
