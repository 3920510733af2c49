package org.whodis.core.call;

import static org.whodis.core.call.TestPrimitives.SHARED;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.People;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SignedCallCredential;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.Proposal;
import org.whodis.core.wire.Bytes;

/** Makes every message in the name of every device, as that device could: with its own keys and nobody else's. */
final class Forger {
    private final World world;
    private final RandomBytes random;

    Forger(World world, long seed) {
        this.world = world;
        this.random = People.random(seed);
    }

    Bytes bytes(int count) {
        return Bytes.of(random.next(count));
    }

    HybridSignature sign(Node signer, String label, Bytes statement) {
        return key(signer).sign(SHARED, label, statement, random);
    }

    CallMessage.SignedOffer offer(Node signer, Bytes offer) {
        return new CallMessage.SignedOffer(offer, signer.id, sign(signer, Offer.LABEL, offer), signer.chain.wire());
    }

    Offer newOffer(Node caller, Node callee, CallId call) {
        return new Offer(
                call,
                bytes(32),
                Party.of(caller.chain),
                caller.id,
                Party.of(callee.chain),
                List.of(VerifiedOffer.SUITE.value()),
                world.now,
                world.now + Offer.MAX_LIFETIME_MILLIS);
    }

    CallMessage.SignedAnswer answer(Node signer, Bytes answer) {
        return new CallMessage.SignedAnswer(answer, signer.id, sign(signer, Answer.LABEL, answer), signer.chain.wire());
    }

    /** An answer of {@code callee} with a key package of its own. */
    Answer newAnswer(Node callee, CallId call, Bytes offerHash) {
        return new Answer(
                call,
                offerHash,
                bytes(32),
                callee.id,
                callee.chain.head(),
                VerifiedOffer.SUITE.value(),
                keyPackage(callee, callee, call, offerHash).keyPackage().toBytes(),
                world.now);
    }

    /** A key package whose credential names {@code named} and is signed by {@code signer}. */
    KeyPackageBundle keyPackage(Node named, Node signer, CallId call, Bytes offerHash) {
        LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, random);
        return keyPackage(keys, signer, says(named, keys, keys.initKey(), call, offerHash));
    }

    private CallCredential says(Node named, LeafKeys keys, Bytes initKey, CallId call, Bytes offerHash) {
        return new CallCredential(
                call,
                offerHash,
                named.chain.principal(),
                named.chain.head(),
                named.id,
                keys.signatureKey(),
                keys.encryptionKey(),
                initKey,
                CallCredential.Role.PRINCIPAL,
                world.now + Limits.LEAF_LIFETIME);
    }

    KeyPackageBundle keyPackage(LeafKeys keys, Node signer, CallCredential says) {
        return KeyPackageBundle.create(
                SHARED, keys, credential(signer, says), Lifetime.around(world.now / 1000, 24 * 3600), random);
    }

    Credential credential(Node signer, CallCredential says) {
        Bytes encoded = says.encode();
        return new Credential(
                CallCredential.CREDENTIAL_TYPE,
                new SignedCallCredential(encoded, sign(signer, CallCredential.LABEL, encoded)).encode());
    }

    CallMessage.SignedWelcome welcome(Node signer, Bytes welcome) {
        return new CallMessage.SignedWelcome(welcome, signer.id, sign(signer, CallWelcome.LABEL, welcome));
    }

    /** A Welcome into a group of its own that {@code named} seems to have made, with a credential by {@code signer}. */
    Bytes welcomeInto(Bytes groupId, Node named, Node signer, CallId call, Bytes offerHash, List<KeyPackage> added)
            throws MlsException {
        LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, random);
        MlsGroup alone = MlsGroup.create(
                SHARED,
                groupId,
                keys,
                credential(signer, says(named, keys, Bytes.EMPTY, call, offerHash)),
                Lifetime.around(world.now / 1000, 3600),
                (leaf, occasion) -> {},
                random);
        List<Proposal> adds = new ArrayList<>();
        for (KeyPackage each : added) {
            adds.add(new Proposal.Add(each));
        }
        return alone.commit(adds, random, world.now / 1000).welcome().toBytes();
    }

    CallMessage.SignedNotice notice(Node signer, CallId call, Bytes offerHash, Notice.Type type) {
        Bytes notice = new Notice(call, offerHash, type, world.now).encode();
        return new CallMessage.SignedNotice(notice, signer.id, sign(signer, Notice.LABEL, notice));
    }

    /**
     * {@code message} on its way from {@code carrier} to {@code target}; if both are one person's, as the copy of what the
     * carrier said to {@code peer}.
     */
    CallInput.EnvelopeArrived from(Node carrier, Node target, Node peer, CallId call, CallMessage message) {
        return from(carrier, target, peer, call, message.encode());
    }

    CallInput.EnvelopeArrived from(Node carrier, Node target, Node peer, CallId call, Bytes message) {
        boolean isCopy = carrier.chain.principal().equals(target.chain.principal());
        Node to = isCopy ? peer : target;
        return arrived(new Envelope(
                new EnvelopeId(bytes(16)),
                carrier.chain.principal(),
                carrier.id,
                to.chain.principal(),
                toDevice(to),
                call,
                world.now + 60_000,
                message));
    }

    CallInput.EnvelopeArrived arrived(Envelope envelope) {
        return new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.LIVE, world.now, envelope));
    }

    private static @Nullable DeviceId toDevice(Node to) {
        return to.id;
    }

    HybridKeyPair key(Node signer) {
        for (HybridKeyPair key : signer.person.keys) {
            if (key.publicKey().keyHash(SHARED).equals(signer.id.value())) {
                return key;
            }
        }
        throw new AssertionError("no key");
    }
}
