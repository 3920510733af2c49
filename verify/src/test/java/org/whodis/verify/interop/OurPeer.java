package org.whodis.verify.interop;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.CommitPlan;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.HandshakeFormat;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.MlsMessage;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.PreSharedKeyId;
import org.whodis.core.mls.Processed;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A member that runs on Whodis. */
final class OurPeer implements Peer {
    /** Any lifetime, as an unsigned number: Bouncy Castle's leaves are valid for ever. */
    private static final long ANY_LIFETIME = -1;

    private final String name;
    private final Primitives primitives;
    private final RandomBytes random;
    /** The other implementations read the clock. */
    private final long now = System.currentTimeMillis() / 1000;

    private final LeafKeys keys;
    private final KeyPackageBundle bundle;
    private final Map<Bytes, Secret> preSharedKeys = new HashMap<>();
    private final GroupRules rules = new GroupRules(
            (leaf, occasion) -> {},
            id -> id instanceof PreSharedKeyId.External(Bytes known, Bytes _) ? preSharedKeys.get(known) : null,
            4,
            ANY_LIFETIME,
            EnumSet.allOf(GroupRules.Permission.class));

    private @Nullable MlsGroup group;

    OurPeer(String name, Primitives primitives, CipherSuite suite, RandomBytes random) {
        this.name = name;
        this.primitives = primitives;
        this.random = random;
        keys = LeafKeys.generate(primitives, suite, random);
        bundle = KeyPackageBundle.create(primitives, keys, credential(), Lifetime.around(now, 3600), random);
    }

    private Credential credential() {
        return Credential.basic(Bytes.utf8(name));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Bytes keyPackage() {
        return bundle.keyPackage().encode();
    }

    @Override
    public void create(Bytes groupId) {
        group = MlsGroup.create(
                primitives, groupId, keys, credential(), Lifetime.around(now, 3600), rules, List.of(), random);
    }

    @Override
    public void join(Bytes welcome) throws MlsException {
        group = MlsGroup.join(primitives, (Welcome) MlsMessage.decode(welcome), bundle, rules, null, now);
    }

    MlsGroup group() {
        if (group == null) {
            throw new IllegalStateException(name + " is in no group");
        }
        return group;
    }

    private static Proposal proposal(Step step) throws MlsException {
        return switch (step) {
            case Step.Add(Bytes keyPackage) -> new Proposal.Add((KeyPackage) MlsMessage.decode(keyPackage));
            case Step.Remove(int leaf) -> new Proposal.Remove(leaf);
            case Step.Inject(Bytes id, Bytes nonce) ->
                new Proposal.PreSharedKey(new PreSharedKeyId.External(id, nonce));
            case Step.NoExtensions() -> new Proposal.GroupContextExtensions(List.of());
        };
    }

    private static HandshakeFormat format(boolean open) {
        return open ? HandshakeFormat.PUBLIC_MESSAGE : HandshakeFormat.PRIVATE_MESSAGE;
    }

    @Override
    public Committed commit(List<Step> steps, boolean open, boolean ordered) throws MlsException {
        List<Proposal> proposals = new ArrayList<>();
        for (Step step : steps) {
            proposals.add(proposal(step));
        }
        PendingCommit commit = group().commit(
                        CommitPlan.of(proposals)
                                .withReferences(group().committable(now))
                                .withFormat(format(open)),
                        random,
                        now);
        Welcome welcome = commit.welcome();
        if (ordered) {
            group = commit.next();
        } else {
            commit.discard();
        }
        return new Committed(commit.commitBytes(), welcome == null ? null : welcome.encode());
    }

    /** Adds without a path, which "MAY be omitted" then (RFC 9420 section 12.4); the Welcome has no path_secret. */
    Committed addWithoutPath(Bytes keyPackage) throws MlsException {
        CommitPlan plan =
                CommitPlan.of(List.of(proposal(new Step.Add(keyPackage)))).withPathOnlyWhereNeeded();
        PendingCommit commit = group().commit(plan, random, now);
        Welcome welcome = commit.welcome();
        group = commit.next();
        return new Committed(commit.commitBytes(), welcome == null ? null : welcome.encode());
    }

    @Override
    public Bytes propose(Step step, boolean open) throws MlsException {
        return group().propose(proposal(step), format(open), Bytes.EMPTY, random, now)
                .message()
                .encode();
    }

    /** An Update of our own leaf. */
    Bytes proposeUpdate(boolean open) throws MlsException {
        return group().proposeUpdate(format(open), random, now).message().encode();
    }

    @Override
    public Received receive(Bytes message) throws MlsException {
        return switch (group().process(message, now)) {
            case Processed.ApplicationData(int _, Bytes data, Bytes _) -> new Received.Data(data);
            case Processed.StoredProposal _ -> new Received.Proposed();
            case Processed.RemovedFromGroup _ -> new Received.Removed();
            case Processed.NewEpoch epoch -> {
                group = epoch.group();
                yield new Received.InNextEpoch();
            }
        };
    }

    @Override
    public Bytes protect(Bytes data, Bytes authenticatedData) {
        return group().protect(data, authenticatedData, random);
    }

    @Override
    public View view(Bytes context) {
        return new View(
                group().epoch(),
                group().epochAuthenticator(),
                treeHash(),
                Bytes.of(group().export("interop", context, 40).expose()));
    }

    /** Out of {@code version, wire_format; version, cipher_suite, group_id<V>, epoch, tree_hash<V>} of a GroupInfo. */
    private Bytes treeHash() {
        try {
            WireReader in = new WireReader(group().groupInfo(false).encode());
            in.fixed(8);
            in.vector(256);
            in.fixed(8);
            return in.vector(64);
        } catch (DecodeException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int leaf() {
        return group().ownLeaf();
    }

    @Override
    public void learn(Bytes pskId, Bytes secret) {
        preSharedKeys.put(pskId, Secret.copyOf(secret));
    }

    @Override
    public Bytes groupInfo() {
        return group().groupInfo(true).encode();
    }
}
