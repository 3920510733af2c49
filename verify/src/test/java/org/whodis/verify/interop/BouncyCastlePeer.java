package org.whodis.verify.interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.mls.TreeKEM.LeafIndex;
import org.bouncycastle.mls.TreeKEM.LeafNode;
import org.bouncycastle.mls.TreeKEM.LifeTime;
import org.bouncycastle.mls.codec.Capabilities;
import org.bouncycastle.mls.codec.ContentType;
import org.bouncycastle.mls.codec.Credential;
import org.bouncycastle.mls.codec.KeyPackage;
import org.bouncycastle.mls.codec.MLSInputStream;
import org.bouncycastle.mls.codec.MLSMessage;
import org.bouncycastle.mls.codec.MLSOutputStream;
import org.bouncycastle.mls.codec.PreSharedKeyID;
import org.bouncycastle.mls.codec.Proposal;
import org.bouncycastle.mls.codec.WireFormat;
import org.bouncycastle.mls.crypto.MlsCipherSuite;
import org.bouncycastle.mls.crypto.Secret;
import org.bouncycastle.mls.protocol.Group;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.wire.Bytes;

/** A member that runs on Bouncy Castle's bcmls; most of its randomness is its own. */
final class BouncyCastlePeer implements Peer {
    private final String name;
    private final RandomBytes random;
    private final MlsCipherSuite suite;
    private final AsymmetricCipherKeyPair init;
    private final AsymmetricCipherKeyPair encryption;
    private final byte[] signaturePrivate;
    private final LeafNode leaf;
    private final KeyPackage keyPackage;
    private final Map<Secret, byte[]> preSharedKeys = new HashMap<>();
    private Group group = new Group();
    private boolean inGroup;

    BouncyCastlePeer(String name, CipherSuite ours, RandomBytes random) throws Exception {
        this.name = name;
        this.random = random;
        suite = MlsCipherSuite.getSuite((short) ours.value());
        init = suite.getHPKE().generatePrivateKey();
        encryption = suite.getHPKE().generatePrivateKey();
        AsymmetricCipherKeyPair signature = suite.generateSignatureKeyPair();
        signaturePrivate = suite.serializeSignaturePrivateKey(signature.getPrivate());
        leaf = new LeafNode(
                suite,
                suite.getHPKE().serializePublicKey(encryption.getPublic()),
                suite.serializeSignaturePublicKey(signature.getPublic()),
                Credential.forBasic(Bytes.utf8(name).toArray()),
                new Capabilities(),
                new LifeTime(),
                new ArrayList<>(),
                signaturePrivate);
        keyPackage = new KeyPackage(
                suite, suite.getHPKE().serializePublicKey(init.getPublic()), leaf, new ArrayList<>(), signaturePrivate);
    }

    Group group() {
        return group;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Bytes keyPackage() throws Exception {
        return encode(MLSMessage.keyPackage(keyPackage));
    }

    private static Bytes encode(MLSMessage message) throws Exception {
        return Bytes.of(MLSOutputStream.encode(message));
    }

    private static MLSMessage decode(Bytes message) throws Exception {
        return (MLSMessage) MLSInputStream.decode(message.toArray(), MLSMessage.class);
    }

    @Override
    public void create(Bytes groupId) throws Exception {
        group = new Group(groupId.toArray(), suite, encryption, signaturePrivate, leaf, new ArrayList<>());
        tellPreSharedKeys();
    }

    @Override
    public void join(Bytes welcome) throws Exception {
        group = new Group(
                suite.getHPKE().serializePrivateKey(init.getPrivate()),
                encryption,
                signaturePrivate,
                keyPackage,
                decode(welcome).welcome,
                null,
                preSharedKeys,
                new HashMap<>());
        tellPreSharedKeys();
    }

    private void tellPreSharedKeys() {
        inGroup = true;
        for (Map.Entry<Secret, byte[]> each : preSharedKeys.entrySet()) {
            group.insertExternalPsk(each.getKey(), each.getValue());
        }
    }

    private static Proposal proposal(Step step) throws Exception {
        return switch (step) {
            case Step.Add(Bytes added) -> Proposal.add(decode(added).keyPackage);
            case Step.Remove(int removed) -> Proposal.remove(new LeafIndex(removed));
            case Step.Inject(Bytes id, Bytes nonce) ->
                Proposal.preSharedKey(PreSharedKeyID.external(id.toArray(), nonce.toArray()));
            case Step.NoExtensions() -> Proposal.groupContextExtensions(new ArrayList<>());
        };
    }

    private static Group.MessageOptions options(boolean open) {
        return new Group.MessageOptions(!open, new byte[0], 0);
    }

    @Override
    public Committed commit(List<Step> steps, boolean open, boolean ordered) throws Exception {
        List<Proposal> proposals = new ArrayList<>();
        for (Step step : steps) {
            proposals.add(proposal(step));
        }
        Group.GroupWithMessage committed = group.commit(
                new Secret(random.next(suite.getKDF().getHashLength())),
                new Group.CommitOptions(proposals, true, true, new Group.LeafNodeOptions()),
                options(open),
                new Group.CommitParameters(Group.NORMAL_COMMIT_PARAMS));
        if (ordered) {
            group = committed.group;
        }
        // One MLSMessage holds both.
        MLSMessage welcome = new MLSMessage(WireFormat.mls_welcome);
        welcome.welcome = committed.message.welcome;
        return new Committed(encode(committed.message), welcome.welcome == null ? null : encode(welcome));
    }

    @Override
    public Bytes propose(Step step, boolean open) throws Exception {
        Bytes message = encode(
                switch (step) {
                    case Step.Add(Bytes added) -> group.add(decode(added).keyPackage, options(open));
                    case Step.Remove(int removed) -> group.remove(new LeafIndex(removed), options(open));
                    case Step.Inject(Bytes id, Bytes _) -> group.preSharedKey(id.toArray(), options(open));
                    case Step.NoExtensions() -> group.groupContextExtensions(new ArrayList<>(), options(open));
                });
        // It stores its own proposals, too, when it is handed them.
        group.handle(message.toArray(), null);
        return message;
    }

    @Override
    public Received receive(Bytes message) throws Exception {
        MLSMessage decoded = decode(message);
        if (decoded.getContentType() == ContentType.APPLICATION) {
            return new Received.Data(Bytes.of(group.unprotect(decoded)[1]));
        }
        Group next;
        try {
            next = group.handle(message.toArray(), null);
        } catch (Exception e) {
            // All that bcmls says of its own removal; see BouncyCastleDeviationsTest.
            if ("Invalid proposal list".equals(e.getMessage())) {
                return new Received.Removed();
            }
            throw e;
        }
        if (decoded.getContentType() == ContentType.PROPOSAL) {
            return new Received.Proposed();
        }
        group = next;
        return new Received.InNextEpoch();
    }

    @Override
    public Bytes protect(Bytes data, Bytes authenticatedData) throws Exception {
        return encode(group.protect(authenticatedData.toArray(), data.toArray(), 7));
    }

    @Override
    public View view(Bytes context) throws Exception {
        return new View(
                group.getEpoch(),
                Bytes.of(group.getEpochAuthenticator()),
                Bytes.of(group.getTree().getRootHash()),
                Bytes.of(group.getKeySchedule().MLSExporter("interop", context.toArray(), 40)));
    }

    @Override
    public int leaf() {
        return group.getIndex().value();
    }

    @Override
    public void learn(Bytes pskId, Bytes secret) {
        preSharedKeys.put(new Secret(pskId.toArray()), secret.toArray());
        if (inGroup) {
            tellPreSharedKeys();
        }
    }

    @Override
    public Bytes groupInfo() throws Exception {
        return encode(group.getGroupInfo(true));
    }
}
