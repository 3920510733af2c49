package org.whodis.verify;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What may depend on what, and what the cores may not do, as rules over compiled classes.
 *
 * <p>They are made for a root package, so that the test can hold the same rules against the project and against a small
 * tree of classes that break every one of them.
 */
final class ArchitectureRules {
    /** For each module the other modules that its classes may use. Nobody may use {@code verify}. */
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>(Map.of(
            "core", Set.of(),
            "media", Set.of(),
            "relay", Set.of("media"),
            "office", Set.of("core", "relay", "media", "web"),
            "phone", Set.of("core", "media"),
            "web", Set.of("core"),
            "app", Set.of("core", "media", "relay", "office", "phone", "web")));

    /** Plain values, none of which opens anything. What asks a name server is forbidden by method. */
    private static final Set<String> ADDRESSES = Set.of(
            "java.net.InetAddress",
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.InetSocketAddress",
            "java.net.SocketAddress",
            "java.net.UnknownHostException");

    /** The packages that TeaVM's class library has, as far as the core needs any. */
    private static final Set<String> BROWSER_PACKAGES =
            Set.of("java.lang", "java.util", "java.util.function", "java.util.stream", "java.math", "java.nio.charset");

    /** Classes of those packages that TeaVM lacks or that are large or slow there. */
    private static final Set<String> NOT_IN_BROWSER =
            Set.of("java.util.HexFormat", "java.util.UUID", "java.util.Formatter", "java.util.Scanner");

    /** What the compiler refers to by itself: records, lambdas, concatenation, pattern switches. */
    private static final Set<String> COMPILER_PACKAGES =
            Set.of("java.lang.invoke", "java.lang.runtime", "java.lang.annotation", "org.jspecify.annotations");

    /**
     * What the blocking threads of {@code media.dtls} and the readers of metrics need of their owner: a class of ours and
     * the one class for threads that it may use.
     */
    private static final Map<String, String> HAND_OVERS = Map.of(
            // Written by DTLS threads when a handshake has something to say.
            "relay.Relay", "java.util.concurrent.ConcurrentLinkedQueue",
            // Read by whoever shows metrics; a counter neither blocks nor puts anything in order.
            "relay.RelayCounters", "java.util.concurrent.atomic.LongAdder");

    /**
     * The records of the core that hold a {@code Secret}. It prints nothing and compares in constant time there too, but
     * a record is passed around freely, and then nobody knows who erases it: keys that live long belong into classes.
     */
    private static final Set<String> RECORDS_WITH_SECRETS = Set.of(
            // What a primitive gives back.
            "crypto.KeyPair",
            "crypto.Encapsulation",
            // Messages whose layout has the secret in it.
            "identity.Invitation",
            "identity.DeviceLink",
            "identity.Enrolment$Ask",
            "identity.Enrolment$Commit",
            "identity.Enrolment$Reveal",
            "mls.GroupSecrets",
            // A secret beside what it was encapsulated in, for one external Commit.
            "mls.MlsCrypto$ExternalInit",
            // A key beside what it is used with, for one message or one step.
            "mls.EpochSecrets$Psk",
            "mls.PrivateMessage$SenderDataKey",
            "mls.SecretTree$MessageKey",
            "mls.SecretTree$Ratchet$Found",
            "mls.WelcomeKey");

    private final String root;

    ArchitectureRules(String root) {
        this.root = root;
    }

    /** Every rule under a short name. */
    Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        MAY_USE.forEach((module, allowed) -> rules.put("direction of " + module, direction(module, allowed)));
        rules.put("no socket", never("open a socket or ask a name server", cores(), this::socket, this::nameServer));
        rules.put("no file", never("touch a file or a process", cores(), this::file));
        rules.put(
                "no thread",
                never("use a thread, lock or queue between threads", cores("media.dtls"), this::thread, this::waiting));
        rules.put("no clock", never("read a clock", cores("media.dtls"), this::clock, this::readsClock));
        rules.put("no random source", never("draw randomness", cores(), this::random, this::drawsRandomness));
        rules.put(
                "no SecureRandom but where a library insists",
                never("name SecureRandom", cores("core.crypto.jdk", "media.dtls"), this::secureRandom));
        rules.put(
                "no Bouncy Castle but behind its adapters",
                never("use Bouncy Castle", cores("core.crypto.bc", "media.dtls"), this::bouncyCastle));
        rules.put(
                "no cipher suite of a test's",
                never("make up a cipher suite", everybody(), type -> false, this::madeUpSuite));
        rules.put(
                "no provider but in crypto.jdk",
                never("use the JDK's cryptography", core("crypto.jdk"), this::provider));
        rules.put(
                "nothing that the browser lacks",
                never("use what TeaVM lacks", core("crypto.jdk"), this::notInBrowser, this::callNotInBrowser));
        rules.put("no array in a record", noRecordOfTheCoreHolds("an array", this::array));
        rules.put("no secret in a record", noRecordOfTheCoreHolds("a Secret", this::secret));
        return rules;
    }

    private ArchRule direction(String module, Set<String> allowed) {
        Predicate<JavaClass> foreign = type ->
                within(type, "") && !within(type, module) && allowed.stream().noneMatch(each -> within(type, each));
        return never("use any module but " + allowed, describe(module, type -> within(type, module)), foreign);
    }

    // What is forbidden: types first, then calls of types that are harmless otherwise.

    private boolean socket(JavaClass type) {
        return in(type, "java.net") && !ADDRESSES.contains(type.getName())
                || in(type, "javax.net")
                || in(type, "java.nio.channels")
                || in(type, "io.netty");
    }

    private boolean nameServer(JavaCodeUnitAccess<?> call) {
        boolean resolvingConstructor = is(call, "java.net.InetSocketAddress", JavaConstructor.CONSTRUCTOR_NAME)
                && call.getTarget().getRawParameterTypes().stream().anyMatch(each -> each.isEquivalentTo(String.class));
        return resolvingConstructor
                || is(call, "java.net.InetAddress", "getByName", "getAllByName", "getLocalHost")
                || is(call, "java.net.InetAddress", "getHostName", "getCanonicalHostName", "isReachable")
                || is(call, "java.net.InetSocketAddress", "getHostName");
    }

    private boolean file(JavaClass type) {
        return in(type, "java.nio.file")
                || type.getName().startsWith("java.io.File")
                || named(type, "java.io.RandomAccessFile", "java.io.Console")
                || named(type, "java.lang.Process", "java.lang.ProcessBuilder", "java.lang.Runtime");
    }

    private boolean thread(JavaClass type) {
        return in(type, "java.util.concurrent")
                || named(type, "java.lang.Thread", "java.lang.ThreadLocal", "java.util.Timer", "java.util.TimerTask");
    }

    private boolean handOver(JavaClass user, JavaClass used) {
        return HAND_OVERS.entrySet().stream()
                .anyMatch(each -> named(user, root + "." + each.getKey()) && named(used, each.getValue()));
    }

    private boolean waiting(JavaCodeUnitAccess<?> call) {
        return is(call, "java.lang.Object", "wait", "notify", "notifyAll");
    }

    private boolean clock(JavaClass type) {
        return named(type, "java.time.Clock", "java.util.Calendar", "java.util.GregorianCalendar");
    }

    private boolean readsClock(JavaCodeUnitAccess<?> call) {
        return is(call, "java.lang.System", "nanoTime", "currentTimeMillis")
                || in(call.getTargetOwner(), "java.time") && call.getName().equals("now")
                || is(call, "java.util.Date", JavaConstructor.CONSTRUCTOR_NAME)
                        && call.getTarget().getRawParameterTypes().isEmpty();
    }

    private boolean random(JavaClass type) {
        return in(type, "java.util.random")
                || named(type, "java.util.Random", "java.util.SplittableRandom")
                || named(type, "java.util.concurrent.ThreadLocalRandom");
    }

    private boolean drawsRandomness(JavaCodeUnitAccess<?> call) {
        boolean seedsItself = is(call, "java.security.SecureRandom", JavaConstructor.CONSTRUCTOR_NAME)
                // super(spi, provider) is how a subclass brings its own source instead.
                && call.getTarget().getRawParameterTypes().size() < 2;
        return seedsItself
                || is(call, "java.security.SecureRandom", "getInstance", "getInstanceStrong", "getSeed")
                || is(call, "java.lang.Math", "random")
                || is(call, "java.util.UUID", "randomUUID")
                || is(call, "java.util.Collections", "shuffle");
    }

    private boolean secureRandom(JavaClass type) {
        return type.getName().startsWith("java.security.SecureRandom");
    }

    private boolean bouncyCastle(JavaClass type) {
        return in(type, "org.bouncycastle");
    }

    /** Suites that {@code CipherSuite.of} does not know are for tests, wherever the project's packages begin. */
    private boolean madeUpSuite(JavaCodeUnitAccess<?> call) {
        return is(call, "org.whodis.core.mls.CipherSuite", "forTests");
    }

    private boolean provider(JavaClass type) {
        return in(type, "java.security") || in(type, "javax.crypto");
    }

    private boolean notInBrowser(JavaClass type) {
        String name = type.getPackageName();
        return !type.isPrimitive()
                && !within(type, "")
                && !in(type, "org.bouncycastle")
                && !COMPILER_PACKAGES.contains(name)
                && (!BROWSER_PACKAGES.contains(name) || NOT_IN_BROWSER.contains(type.getName()));
    }

    private boolean callNotInBrowser(JavaCodeUnitAccess<?> call) {
        return is(call, "java.lang.String", "format", "formatted", "matches", "split", "replaceAll", "replaceFirst")
                || is(call, "java.lang.Math", "multiplyHigh", "unsignedMultiplyHigh")
                || is(call, "java.util.Arrays", "compare", "compareUnsigned", "mismatch")
                || is(call, "java.lang.Class", "forName", "getResourceAsStream", "getMethod", "getDeclaredMethod");
    }

    /** Equality of records compares arrays by reference, and nobody can stop their content from changing. */
    private boolean array(JavaField field) {
        return field.getRawType().isArray();
    }

    /** A record compares, prints and shares what it holds. */
    private boolean secret(JavaField field) {
        return named(field.getRawType(), root + ".core.crypto.Secret")
                && RECORDS_WITH_SECRETS.stream().noneMatch(each -> named(field.getOwner(), root + ".core." + each));
    }

    // Whom it concerns.

    /** What is driven from outside: core and media, and the relay but for its UDP shell; without {@code exempt}. */
    private DescribedPredicate<JavaClass> cores(String... exempt) {
        return describe(
                "of core, media or relay",
                type -> (within(type, "core") || within(type, "media") || within(type, "relay"))
                        && !within(type, "relay.udp")
                        && List.of(exempt).stream().noneMatch(each -> within(type, each)));
    }

    private DescribedPredicate<JavaClass> everybody() {
        return describe("of the project", type -> within(type, ""));
    }

    private DescribedPredicate<JavaClass> core(String exempt) {
        return describe("of core", type -> within(type, "core") && !within(type, "core." + exempt));
    }

    // How it is found.

    private ArchRule never(String what, DescribedPredicate<JavaClass> who, Predicate<JavaClass> forbiddenType) {
        return never(what, who, forbiddenType, call -> false);
    }

    private ArchRule never(
            String what,
            DescribedPredicate<JavaClass> who,
            Predicate<JavaClass> forbiddenType,
            Predicate<JavaCodeUnitAccess<?>> forbiddenCall) {
        return classes().that(who).should(new ArchCondition<>("never " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(each -> forbiddenType.test(each.getTargetClass().getBaseComponentType()))
                        .filter(each -> !handOver(type, each.getTargetClass()))
                        .forEach(each -> events.add(SimpleConditionEvent.violated(type, each.getDescription())));
                type.getCodeUnitAccessesFromSelf().stream()
                        .filter(forbiddenCall)
                        .forEach(each -> events.add(SimpleConditionEvent.violated(type, each.getDescription())));
            }
        });
    }

    private ArchRule noRecordOfTheCoreHolds(String what, Predicate<JavaField> forbidden) {
        DescribedPredicate<JavaClass> records =
                describe("records of core", type -> within(type, "core") && type.isRecord());
        return classes().that(records).should(new ArchCondition<>("never hold " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getFields().stream()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .filter(forbidden)
                        .forEach(field -> events.add(SimpleConditionEvent.violated(type, field.getDescription())));
            }
        });
    }

    private boolean within(JavaClass type, String module) {
        return in(type, module.isEmpty() ? root : root + "." + module);
    }

    private static boolean in(JavaClass type, String packageName) {
        return type.getPackageName().equals(packageName)
                || type.getPackageName().startsWith(packageName + ".");
    }

    private static boolean named(JavaClass type, String... names) {
        return List.of(names).contains(type.getName());
    }

    private static boolean is(JavaCodeUnitAccess<?> call, String owner, String... names) {
        return named(call.getTargetOwner(), owner) && List.of(names).contains(call.getName());
    }
}
