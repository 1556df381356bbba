package dev.exposure.intake.lag;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/** Admin that does something before it passes each call on. */
final class Intercepted {

    private Intercepted() {}

    static Admin admin(Admin target, Consumer<String> beforeCall) {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    beforeCall.accept(method.getName());
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException ex) {
                        throw ex.getCause();
                    }
                });
    }
}
