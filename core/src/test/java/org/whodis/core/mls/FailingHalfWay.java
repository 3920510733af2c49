package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.whodis.core.crypto.FaultyPrimitives;
import org.whodis.core.crypto.FaultyPrimitives.Fault;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.SecretWatch;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * Everything that a member does, failing at each call of a primitive and at each draw of randomness: the call breaks, refuses
 * its input, or gives something else than it should, so that the checks behind it fail. Runs in a world that tells of every
 * {@link Secret}; {@code ErasedSecretsTest} says what has to be true.
 */
public final class FailingHalfWay {
    private static final long NOW = TestGroups.NOW;
    private static final Bytes PSK_NAME = Bytes.utf8("shared before");

    private final CipherSuite suite;
    private final FaultyPrimitives faulty;
    private final Secret psk = Secret.copyOf(Bytes.utf8("a pre-shared key of no particular length"));
    private final GroupRules rules = TestGroups.rules(this::findPsk, EnumSet.allOf(GroupRules.Permission.class));
    private final StringBuilder told = new StringBuilder();
    private final List<String> leaks = new ArrayList<>();
    private int failures;

    private FailingHalfWay(CipherSuite suite) {
        this.suite = suite;
        this.faulty = new FaultyPrimitives(new BcPrimitives(), TestGroups.seeded(new Random(20261122)));
    }

    /**
     * Does everything once for each way in which it can fail, and then erases whatever belongs to a group, a key package or
     * ourselves.
     *
     * @return how often something failed, the secrets that are left, and what was done, in words
     */
    public static Object[] run(int suite, boolean withTraces) throws Exception {
        SecretWatch.traces(withTraces);
        FailingHalfWay run = new FailingHalfWay(CipherSuite.of(suite));
        SecretWatch.takeAlive();
        run.group();
        run.messages();
        run.proposals();
        run.joining();
        run.psk.erase();
        return new Object[] {run.failures, run.leaks, run.told.toString()};
    }

    /** One thing that a member does; what it gives is erased by {@link Erase}. */
    private interface Deed {
        Erase run() throws MlsException;
    }

    private interface Erase {
        void erase();
    }

    /** Does it in vain at every call, in these ways; each failure leaves everything as it was. */
    private void inVain(String name, Deed deed, Fault... faults) throws MlsException {
        SecretWatch.during(name);
        faulty.choose(Fault.BREAKS, -1);
        deed.run().erase();
        long calls = faulty.calls();
        int failed = 0;
        for (Fault fault : faults) {
            for (long call = 0; call < calls; call++) {
                SecretWatch.during(name + ", call " + call + " " + fault);
                faulty.choose(fault, call);
                try {
                    deed.run().erase();
                } catch (MlsException | FaultyPrimitives.Broken expected) {
                    failed++;
                }
            }
        }
        faulty.choose(Fault.BREAKS, -1);
        SecretWatch.during("after " + name);
        deed.run().erase();
        failures += failed;
        told.append(name + ": " + calls + " calls, " + failed + " failures\n");
    }

    private void collect(MlsGroup... owners) {
        for (MlsGroup each : owners) {
            each.erase();
        }
        leaks.addAll(SecretWatch.takeAlive());
    }

    private MlsGroup create() {
        SecretWatch.during("setting up");
        faulty.choose(Fault.BREAKS, -1);
        LeafKeys keys = LeafKeys.generate(faulty, suite, faulty);
        MlsGroup group = MlsGroup.create(
                faulty,
                Bytes.utf8("group"),
                keys,
                Credential.basic(Bytes.utf8("anna")),
                Lifetime.around(NOW, 3600),
                rules,
                List.of(),
                faulty);
        keys.erase();
        return group;
    }

    private KeyPackageBundle bundle(String name) {
        LeafKeys keys = LeafKeys.generate(faulty, suite, faulty);
        try {
            return KeyPackageBundle.create(
                    faulty, keys, Credential.basic(Bytes.utf8(name)), Lifetime.around(NOW, 3600), faulty);
        } catch (RuntimeException fault) {
            keys.erase();
            throw fault;
        }
    }

    /** Anna and one more for each name, everybody with a path of their own once all have committed. */
    private List<MlsGroup> groupWith(String... names) throws MlsException {
        List<MlsGroup> members = new ArrayList<>(List.of(create()));
        for (String name : names) {
            KeyPackageBundle bundle = bundle(name);
            PendingCommit added = members.get(0).commit(List.of(new Proposal.Add(bundle.keyPackage())), faulty, NOW);
            MlsGroup newcomer = MlsGroup.join(faulty, TestGroups.welcomeOf(added), bundle, rules, null, NOW);
            bundle.erase();
            TestGroups.follow(members, 0, added);
            members.add(newcomer);
        }
        for (int i = 0; i < members.size(); i++) {
            TestGroups.follow(members, i, members.get(i).commit(List.of(), faulty, NOW));
        }
        return members;
    }

    private Secret findPsk(PreSharedKeyId id) {
        return id instanceof PreSharedKeyId.External(Bytes name, Bytes _) && name.equals(PSK_NAME) ? psk : null;
    }

    private Proposal pskProposal() {
        return new Proposal.PreSharedKey(
                new PreSharedKeyId.External(PSK_NAME, Bytes.of(new byte[suite.secretLength()])));
    }

    private void group() throws MlsException {
        inVain("making a key package", () -> bundle("bert")::erase, Fault.values());
        LeafKeys keys = LeafKeys.generate(faulty, suite, faulty);
        inVain(
                "creating a group",
                () -> MlsGroup.create(
                        faulty,
                        Bytes.utf8("group"),
                        keys,
                        Credential.basic(Bytes.utf8("anna")),
                        Lifetime.around(NOW, 3600),
                        rules,
                        List.of(),
                        faulty)::erase,
                Fault.values());
        keys.erase();
        collect();

        List<MlsGroup> members = groupWith("bert", "carl");
        KeyPackageBundle dora = bundle("dora");
        MlsGroup anna = members.get(0);
        MlsGroup bert = members.get(1);
        CommitPlan plan = CommitPlan.of(List.of(new Proposal.Add(dora.keyPackage()), pskProposal()))
                .withFormat(HandshakeFormat.PUBLIC_MESSAGE);
        PendingCommit commit = anna.commit(plan, faulty, NOW);
        inVain("following a Commit", () -> newEpoch(bert, commit)::erase, Fault.values());
        inVain(
                "joining by a Welcome",
                () -> MlsGroup.join(faulty, TestGroups.welcomeOf(commit), dora, rules, null, NOW)::erase,
                Fault.values());
        requireAgreed(commit.next(), newEpoch(bert, commit));
        inVain("committing", () -> anna.commit(plan, faulty, NOW)::discard, Fault.values());
        inVain(
                "committing without a path",
                () -> anna.commit(plan.withPathOnlyWhereNeeded(), faulty, NOW)::discard,
                Fault.values());
        inVain("committing privately", () -> anna.commit(List.of(), faulty, NOW)::discard, Fault.values());
        inVain("exporting", () -> bert.export("label", Bytes.EMPTY, 32)::erase, Fault.values());
        inVain("giving out a GroupInfo", () -> nothing(bert.groupInfo(true)), Fault.values());
        commit.discard();
        dora.erase();
        collect(members.toArray(new MlsGroup[0]));
    }

    /** What moves ratchets: calls that break leave them as they are, calls that lie do not. */
    private void messages() throws MlsException {
        List<MlsGroup> members = groupWith("bert", "carl");
        MlsGroup anna = members.get(0);
        MlsGroup bert = members.get(1);
        Bytes data = Bytes.utf8("hello");
        inVain(
                "protecting a message",
                () -> nothing(anna.protect(data, Bytes.EMPTY, faulty)),
                Fault.BREAKS,
                Fault.REFUSES);
        List<Bytes> messages = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            messages.add(anna.protect(data, Bytes.EMPTY, faulty));
        }
        int[] next = {0};
        // Each is three further on, so that keys are skipped.
        inVain(
                "opening a message",
                () -> nothing(bert.process(messages.get(next[0] += 3), NOW)),
                Fault.BREAKS,
                Fault.REFUSES);
        for (Fault fault : List.of(Fault.BREAKS, Fault.REFUSES)) {
            for (int call = 0; call < 20; call++) {
                SecretWatch.during("a message that was skipped, call " + call + " " + fault);
                faulty.choose(Fault.BREAKS, -1);
                bert.process(messages.get(next[0] += 2), NOW);
                faulty.choose(fault, call);
                try {
                    bert.process(messages.get(next[0] - 1), NOW);
                } catch (MlsException | FaultyPrimitives.Broken expected) {
                    failures++;
                }
            }
        }
        faulty.choose(Fault.BREAKS, -1);
        collect(members.toArray(new MlsGroup[0]));
        for (int call = 0; call < 40; call++) {
            List<MlsGroup> pair = groupWith("bert");
            Bytes message = pair.get(0).protect(data, Bytes.EMPTY, faulty);
            for (Fault fault : Fault.values()) {
                SecretWatch.during("a message, call " + call + " " + fault);
                faulty.choose(fault, call);
                try {
                    pair.get(1).process(message, NOW);
                    pair.get(1).protect(data, Bytes.EMPTY, faulty);
                } catch (MlsException | FaultyPrimitives.Broken expected) {
                    failures++;
                }
            }
            faulty.choose(Fault.BREAKS, -1);
            collect(pair.toArray(new MlsGroup[0]));
        }
    }

    private void proposals() throws MlsException {
        List<MlsGroup> members = groupWith("bert", "carl");
        MlsGroup anna = members.get(0);
        MlsGroup bert = members.get(1);
        inVain(
                "proposing an update",
                () -> nothing(bert.proposeUpdate(HandshakeFormat.PUBLIC_MESSAGE, faulty, NOW)),
                Fault.BREAKS,
                Fault.REFUSES);
        SentProposal update = bert.proposeUpdate(HandshakeFormat.PUBLIC_MESSAGE, faulty, NOW);
        inVain("storing a proposal", () -> nothing(anna.process(update.message().encode(), NOW)), Fault.values());
        PendingCommit commit = anna.commit(
                CommitPlan.of(List.of())
                        .withReferences(List.of(update.reference()))
                        .withFormat(HandshakeFormat.PUBLIC_MESSAGE),
                faulty,
                NOW);
        inVain("following one's own update", () -> newEpoch(bert, commit)::erase, Fault.values());
        requireAgreed(commit.next(), newEpoch(bert, commit));
        commit.discard();
        collect(members.toArray(new MlsGroup[0]));
    }

    private void joining() throws MlsException {
        List<MlsGroup> members = groupWith("bert", "carl");
        MlsGroup anna = members.get(0);
        GroupInfo info = anna.groupInfo(true);
        LeafKeys keys = LeafKeys.generate(faulty, suite, faulty);
        Credential dora = Credential.basic(Bytes.utf8("dora"));
        inVain(
                "joining by an external Commit",
                () -> MlsGroup.joinExternally(
                        faulty, info, null, keys, dora, rules, List.of(pskProposal()), faulty, NOW)::discard,
                Fault.values());
        PendingCommit commit =
                MlsGroup.joinExternally(faulty, info, null, keys, dora, rules, List.of(pskProposal()), faulty, NOW);
        inVain("following an external Commit", () -> newEpoch(anna, commit)::erase, Fault.values());
        requireAgreed(commit.next(), newEpoch(anna, commit));
        commit.discard();
        keys.erase();
        collect(members.toArray(new MlsGroup[0]));
    }

    private static MlsGroup newEpoch(MlsGroup member, PendingCommit commit) throws MlsException {
        return ((Processed.NewEpoch) member.process(commit.commitBytes(), NOW)).group();
    }

    /** After all those failures the state is what it was. */
    private static void requireAgreed(MlsGroup one, MlsGroup other) {
        if (!one.epochAuthenticator().equals(other.epochAuthenticator())) {
            throw new AssertionError("a failure has changed the state");
        }
        other.erase();
    }

    /** What was made holds no secret. */
    private static Erase nothing(Object made) {
        return () -> assertThat(made).isNotNull();
    }
}
