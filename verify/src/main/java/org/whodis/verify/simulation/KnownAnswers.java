package org.whodis.verify.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whodis.core.crypto.Primitives;

/**
 * Real primitives that remember what they have verified: the same signature over the same bytes is checked once, however
 * many devices of however many worlds are shown the same chain.
 */
final class KnownAnswers {
    private static final int MAX_KNOWN = 8192;

    private final Primitives real;
    private final Map<List<Object>, Boolean> known = new HashMap<>();

    private KnownAnswers(Primitives real) {
        this.real = real;
    }

    static Primitives of(Primitives real) {
        KnownAnswers known = new KnownAnswers(real);
        return proxy(known::call);
    }

    /** Primitives to which every signature is good: for making what no honest device accepts. */
    static Primitives gullible(Primitives real) {
        return proxy((method, arguments) -> isVerification(method) ? true : invoke(real, method, arguments));
    }

    private interface Handler {
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (!isVerification(method)) {
            return invoke(real, method, arguments);
        }
        List<Object> question = List.of(method.getName(), arguments[0], arguments[1], arguments[2]);
        Boolean answer = known.get(question);
        if (answer == null) {
            answer = (Boolean) invoke(real, method, arguments);
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.put(question, answer);
        }
        return answer;
    }

    private static boolean isVerification(Method method) {
        return method.getReturnType() == boolean.class && method.getName().endsWith("Verify");
    }

    private static Primitives proxy(Handler handler) {
        return (Primitives) Proxy.newProxyInstance(
                Primitives.class.getClassLoader(),
                new Class<?>[] {Primitives.class},
                (_, method, arguments) -> handler.call(method, arguments));
    }

    private static Object invoke(Primitives real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
