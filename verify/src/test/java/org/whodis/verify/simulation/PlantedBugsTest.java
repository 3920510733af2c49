package org.whodis.verify.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.verify.simulation.PlantedBug.always;
import static org.whodis.verify.simulation.PlantedBug.body;
import static org.whodis.verify.simulation.PlantedBug.call;
import static org.whodis.verify.simulation.PlantedBug.drop;
import static org.whodis.verify.simulation.PlantedBug.method;
import static org.whodis.verify.simulation.PlantedBug.text;
import static org.whodis.verify.simulation.PlantedBug.type;
import static org.whodis.verify.simulation.PlantedBug.unwritten;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.TypeKind;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The simulation finds bugs: each of these, planted in the program's own classes, breaks an invariant within
 * {@link #SEEDS} worlds; the program as it is breaks none in any of them ({@link SimulationTest}).
 */
class PlantedBugsTest {
    private static final int SEEDS = 300;

    private static final String ROUTER = "org.whodis.office.call.CallRouter";
    private static final String CALL_RECORD = "org.whodis.office.call.CallRecord";
    private static final String SQLITE = "org.whodis.office.store.sqlite.";
    private static final String CALL = "org.whodis.core.call.";
    private static final String OPENER = "org.whodis.core.sframe.FrameOpener";
    private static final java.lang.constant.MethodTypeDesc INT =
            java.lang.constant.MethodTypeDesc.of(java.lang.constant.ConstantDescs.CD_int);

    private static final List<PlantedBug> BUGS = List.of(
            new PlantedBug(
                    "a second answer wins",
                    call(
                            ROUTER,
                            "answer",
                            "CallRecord",
                            "phase",
                            code -> drop(code, 1)
                                    .new_(type(CALL_RECORD + "$Offered"))
                                    .dup()
                                    .invokespecial(type(CALL_RECORD + "$Offered"), "<init>", method(""))),
                    always(ROUTER, "isAnsweredElsewhere", false)),
            new PlantedBug(
                    "a decline by another device ends the call of the one that answered",
                    always(ROUTER, "isAnsweredElsewhere", false),
                    call(
                            ROUTER,
                            "calleeNotice",
                            "DeviceId",
                            "equals",
                            code -> drop(code, 2).iconst_1())),
            new PlantedBug(
                    "a sender is believed whatever the session says",
                    call(
                            ROUTER,
                            "submit",
                            "Submission",
                            "sender",
                            code -> code.invokevirtual(
                                            type("org.whodis.office.call.Submission"),
                                            "envelope",
                                            method("org.whodis.core.message.Envelope"))
                                    .invokevirtual(
                                            type("org.whodis.core.message.Envelope"),
                                            "from",
                                            method("org.whodis.core.identity.PrincipalId"))),
                    call(
                            ROUTER,
                            "submit",
                            "Submission",
                            "senderDevice",
                            code -> code.invokevirtual(
                                            type("org.whodis.office.call.Submission"),
                                            "envelope",
                                            method("org.whodis.core.message.Envelope"))
                                    .invokevirtual(
                                            type("org.whodis.core.message.Envelope"),
                                            "fromDevice",
                                            method("org.whodis.core.identity.DeviceId")))),
            new PlantedBug(
                    "an office refuses the second call in a minute",
                    call(
                            ROUTER,
                            "offer",
                            "CallRouter$RecentOffers",
                            "toCallee",
                            code -> code.invokevirtual(type(ROUTER + "$RecentOffers"), "toCallee", INT)
                                    .bipush(6)
                                    .imul())),
            new PlantedBug("a phone misses a Commit that nobody has made", always(OPENER, "isAlarmDue", true)),
            new PlantedBug(
                    "what one member says is attributed to the other",
                    call(OPENER, "openUnder", "Opened", "<init>", code -> {
                        int payload = code.allocateLocal(TypeKind.REFERENCE);
                        int counter = code.allocateLocal(TypeKind.LONG);
                        int epoch = code.allocateLocal(TypeKind.LONG);
                        code.astore(payload)
                                .lstore(counter)
                                .lstore(epoch)
                                .iconst_1()
                                .ixor()
                                .lload(epoch)
                                .lload(counter)
                                .aload(payload)
                                .invokespecial(
                                        type("org.whodis.core.sframe.Opened"),
                                        "<init>",
                                        java.lang.constant.MethodTypeDesc.ofDescriptor(
                                                "(IJJLorg/whodis/core/wire/Bytes;)V"));
                    })),
            new PlantedBug(
                    "whoever knows a line rings by it",
                    body(
                            "org.whodis.core.line.LineRules",
                            "ring",
                            code -> code.new_(type("org.whodis.core.line.LineRules$Verdict$Ring"))
                                    .dup()
                                    .invokespecial(
                                            type("org.whodis.core.line.LineRules$Verdict$Ring"), "<init>", method(""))
                                    .areturn())),
            new PlantedBug(
                    "a line that is somebody's is redeemed by the next one too",
                    call(
                            "org.whodis.core.line.LineRules",
                            "redeem",
                            "LineFacts",
                            "isHolder",
                            code -> drop(code, 2).iconst_1())),
            new PlantedBug(
                    "a redemption is acknowledged and not written",
                    call("org.whodis.office.line.Redemptions", "apply", "LineStore", "update", code -> drop(code, 4))),
            new PlantedBug(
                    "a knock that was dismissed waits again when it is sent again",
                    text(SQLITE + "SqliteDesk", "UPDATE knock SET body = x'' WHERE", "DELETE FROM knock WHERE")),
            new PlantedBug(
                    "an office is believed without a proof of its key",
                    call(
                            "org.whodis.core.federation.PeerHandshake$Acceptor",
                            "opened",
                            "HybridPublicKey",
                            "verify",
                            code -> drop(code, 5).iconst_1())),
            new PlantedBug(
                    "the constant answer goes to another office at once",
                    call(
                            "org.whodis.office.federation.Peer",
                            "apply",
                            "PeerHandler$Result",
                            "answerAt",
                            code -> drop(code, 1).lconst_0())),
            new PlantedBug("anybody gets a place in any room", always(ROUTER, "mayJoinMedia", true)),
            new PlantedBug("a session needs no proof", always("org.whodis.core.message.SessionProof", "verify", true)),
            new PlantedBug(
                    "what was acknowledged is not committed",
                    call(SQLITE + "SqliteTransactions", "run", "Connection", "commit", code -> drop(code, 1))),
            new PlantedBug(
                    "deadlines are ignored",
                    text(SQLITE + "SqliteEnvelopes", "keep_until > ?", "(keep_until > ? OR 1)"),
                    text(SQLITE + "SqliteEnvelopes", "keep_until <= ?", "keep_until < ? - 1000000000000")),
            new PlantedBug(
                    "missed calls are not kept", body(SQLITE + "SqliteMissedCalls", "add", code -> code.return_())),
            new PlantedBug(
                    "a phone rings before the caller's signature is verified",
                    call(
                            CALL + "VerifiedOffer",
                            "verify",
                            "HybridPublicKey",
                            "verify",
                            code -> drop(code, 5).iconst_1())),
            new PlantedBug(
                    "a name is shown that no office has signed",
                    call(
                            "org.whodis.core.identity.UnverifiedChain",
                            "verifyGenesis",
                            "HybridPublicKey",
                            "verify",
                            code -> drop(code, 5).iconst_1())),
            new PlantedBug(
                    "a phone takes a place at the relay while it rings",
                    call(CALL + "Ringing", "begin", "Call", "announce", code -> {
                        int flag = code.allocateLocal(TypeKind.INT);
                        code.istore(flag)
                                .dup()
                                .invokevirtual(type(CALL + "Call"), "joinMedia", method(""))
                                .iload(flag)
                                .invokevirtual(
                                        type(CALL + "Call"),
                                        "announce",
                                        java.lang.constant.MethodTypeDesc.ofDescriptor("(Z)V"));
                    })),
            new PlantedBug(
                    "timers run by the time of day",
                    body(
                            CALL + "Environment",
                            "advance",
                            code -> code.aload(0)
                                    .lload(1)
                                    .putfield(
                                            type(CALL + "Environment"),
                                            "elapsed",
                                            java.lang.constant.ConstantDescs.CD_long)
                                    .aload(0)
                                    .lload(1)
                                    .putfield(
                                            type(CALL + "Environment"), "now", java.lang.constant.ConstantDescs.CD_long)
                                    .return_())),
            new PlantedBug(
                    "the frame counter stands still",
                    unwritten("org.whodis.core.sframe.FrameSealer", "seal", "counter")),
            new PlantedBug(
                    "a frame is opened as often as it comes",
                    body(
                            "org.whodis.core.sframe.ReplayWindow",
                            "check",
                            code -> code.getstatic(
                                            type("org.whodis.core.sframe.ReplayWindow$Verdict"),
                                            "FRESH",
                                            type("org.whodis.core.sframe.ReplayWindow$Verdict"))
                                    .areturn())));

    @TestFactory
    Stream<DynamicTest> theSimulationFinds() {
        return BUGS.stream()
                .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> {
                    List<String> failure = new Infested(bug).firstFailure();
                    assertThat(failure)
                            .as("'%s' breaks no invariant in %d worlds", bug.name(), SEEDS)
                            .isNotEmpty();
                    System.out.println(String.format(Locale.ROOT, "%-70s %s", bug.name(), failure));
                }));
    }

    /** Loads the program anew, with a bug in it. What the program uses is the same as everybody's. */
    private static final class Infested extends ClassLoader {
        private final PlantedBug bug;

        Infested(PlantedBug bug) {
            super(PlantedBugsTest.class.getClassLoader());
            this.bug = bug;
        }

        List<String> firstFailure() throws ReflectiveOperationException {
            try {
                Object failure = loadClass("org.whodis.verify.simulation.Simulate")
                        .getMethod("firstFailure", long.class, long.class)
                        .invoke(null, 1L, (long) SEEDS);
                return ((List<?>) failure).stream().map(String::valueOf).toList();
            } catch (InvocationTargetException e) {
                throw new AssertionError(e.getCause());
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.whodis.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] original = in.readAllBytes();
                byte[] code = bug.concerns(name) ? bug.plant(name, original, getParent()) : original;
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
