package org.whodis.core.call;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.whodis.core.crypto.Encapsulation;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.identity.People;
import org.whodis.core.wire.Bytes;

/** What the engines of tests compute with. */
final class TestPrimitives {
    /**
     * The real primitives, which remember what they verified, since the same few chains are verified in every one of some
     * hundred calls.
     */
    static final Primitives SHARED = remembering(People.PRIMITIVES);

    /**
     * For schedules by the thousand, in which nobody forges anything: a signature is a hash of key and message. Everything
     * else is real. Chains and messages that were signed with real keys are not valid under these.
     */
    static final Primitives WITHOUT_FORGERS = withHashesForSignatures(People.PRIMITIVES);

    /** Enough for all tests; emptied when it is full, so that it cannot grow without end. */
    private static final int MAX_REMEMBERED = 20_000;

    private static final int ED25519_SIGNATURE = 64;
    private static final int ML_DSA_65_SIGNATURE = 3309;

    private TestPrimitives() {}

    private static Primitives remembering(Primitives real) {
        Map<List<Object>, Object> verified = new HashMap<>();
        return proxy((method, arguments) -> {
            if (method.getReturnType() != boolean.class) {
                return invoke(real, method, arguments);
            }
            if (verified.size() > MAX_REMEMBERED) {
                verified.clear();
            }
            List<Object> verification = List.of(method.getName(), List.of(arguments));
            Object known = verified.get(verification);
            if (known == null) {
                known = invoke(real, method, arguments);
                verified.put(verification, known);
            }
            return known;
        });
    }

    /**
     * The real primitives, which remember every operation with a public or private key for as long as they live: a state space
     * is explored by doing the same things again, with the same random bytes, some ten thousand times. The answers are those
     * of the real primitives, forgeries included; what was erased stays erased, since secrets are copied in and out. Below are
     * the faster primitives of the JVM.
     */
    static Primitives rememberingKeyOperations() {
        Primitives real = new JvmPrimitives();
        Map<List<Object>, Object> known = new HashMap<>();
        return proxy((method, arguments) -> {
            if (!KEY_OPERATION.matcher(method.getName()).find()) {
                return invoke(real, method, arguments);
            }
            List<Object> operation = new ArrayList<>();
            operation.add(method.getName());
            for (Object argument : arguments) {
                operation.add(argument instanceof Secret secret ? Bytes.of(secret.expose()) : argument);
            }
            Object answer = known.get(operation);
            if (answer == null) {
                answer = invoke(real, method, arguments);
                known.put(operation, copied(answer));
            }
            return copied(answer);
        });
    }

    private static final Pattern KEY_OPERATION = Pattern.compile("^(x25519|ed25519|mlKem768|mlDsa65)");

    private static Object copied(Object answer) {
        return switch (answer) {
            case Secret secret -> Secret.owning(secret.expose());
            case Encapsulation(Secret shared, Bytes ciphertext) ->
                new Encapsulation(Secret.owning(shared.expose()), ciphertext);
            default -> answer;
        };
    }

    private static Primitives withHashesForSignatures(Primitives real) {
        Map<Bytes, Bytes> publicKeys = new HashMap<>();
        return proxy((method, arguments) -> switch (method.getName()) {
            case "ed25519Sign" ->
                stretched(real, real.ed25519PublicKey((Secret) arguments[0]), (Bytes) arguments[1], ED25519_SIGNATURE);
            case "mlDsa65Sign" ->
                stretched(
                        real,
                        publicKeys.computeIfAbsent(
                                Bytes.of(((Secret) arguments[0]).expose()),
                                seed -> real.mlDsa65PublicKey((Secret) arguments[0])),
                        (Bytes) arguments[1],
                        ML_DSA_65_SIGNATURE);
            case "ed25519Verify" ->
                stretched(real, (Bytes) arguments[0], (Bytes) arguments[1], ED25519_SIGNATURE)
                        .equals(arguments[2]);
            case "mlDsa65Verify" ->
                stretched(real, (Bytes) arguments[0], (Bytes) arguments[1], ML_DSA_65_SIGNATURE)
                        .equals(arguments[2]);
            default -> invoke(real, method, arguments);
        });
    }

    private static Bytes stretched(Primitives real, Bytes publicKey, Bytes message, int length) {
        Bytes hash = real.hash(HashAlgorithm.SHA512, Bytes.concat(publicKey, message));
        byte[] out = new byte[length];
        for (int at = 0; at < length; at++) {
            out[at] = hash.get(at % hash.length());
        }
        return Bytes.of(out);
    }

    @FunctionalInterface
    private interface Handler {
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private static Primitives proxy(Handler handler) {
        return (Primitives) Proxy.newProxyInstance(
                Primitives.class.getClassLoader(),
                new Class<?>[] {Primitives.class},
                (proxy, method, arguments) -> handler.call(method, arguments));
    }

    private static Object invoke(Primitives real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
