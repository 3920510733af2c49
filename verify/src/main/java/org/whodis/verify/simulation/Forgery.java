package org.whodis.verify.simulation;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.wire.Bytes;

/** Makes every message of a call with the keys that the forger has, and no others. */
final class Forgery {
    private static final int SUITE = CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519.value();

    private final World world;
    private final Random random;
    private final RandomBytes bytes;
    private final VerifiedChain chain;
    private final DeviceId device;
    private final HybridKeyPair key;

    /** Everything under {@code key}, as whoever's it is. */
    Forgery(World world, Random random, VerifiedChain chain, HybridKeyPair key) {
        this(world, random, chain, new DeviceId(key.publicKey().keyHash(world.primitives())), key);
    }

    /** As {@code device}, which has another key. */
    Forgery(World world, Random random, VerifiedChain chain, DeviceId device, HybridKeyPair key) {
        this.world = world;
        this.random = random;
        this.bytes = Cast.bytes(random.nextLong());
        this.chain = chain;
        this.key = key;
        this.device = device;
    }

    Bytes random(int count) {
        return Bytes.of(bytes.next(count));
    }

    /** An offer whose times may be anything. */
    Offer offer(VerifiedChain callee) {
        long issued = world.now()
                + switch (random.nextInt(4)) {
                    case 0 -> -random.nextInt(300_000);
                    case 1 -> random.nextInt(300_000);
                    default -> 0;
                };
        return new Offer(
                new CallId(random(CallId.LENGTH)),
                random(32),
                Party.of(chain),
                device,
                Party.of(callee),
                List.of(SUITE),
                issued,
                issued + Offer.MAX_LIFETIME_MILLIS);
    }

    CallMessage.SignedOffer signed(Offer offer) {
        Bytes encoded = offer.encode();
        return new CallMessage.SignedOffer(encoded, device, sign(Offer.LABEL, encoded), chain.wire());
    }

    CallMessage answer(CallId call, Bytes offerHash) {
        Bytes encoded =
                new Answer(call, offerHash, random(32), device, chain.head(), SUITE, random(800), world.now()).encode();
        return new CallMessage.SignedAnswer(encoded, device, sign(Answer.LABEL, encoded), chain.wire());
    }

    CallMessage welcome(CallId call, Bytes offerHash) {
        Bytes encoded = new CallWelcome(call, offerHash, random(32), random(32), random(2_000)).encode();
        return new CallMessage.SignedWelcome(encoded, device, sign(CallWelcome.LABEL, encoded));
    }

    CallMessage notice(CallId call, Bytes offerHash) {
        Notice.Type[] types = Notice.Type.values();
        Bytes encoded = new Notice(call, offerHash, types[random.nextInt(types.length)], world.now()).encode();
        return new CallMessage.SignedNotice(encoded, device, sign(Notice.LABEL, encoded));
    }

    CallMessage group() {
        return new CallMessage.Group(random(1 + random.nextInt(400)));
    }

    Envelope envelope(
            PrincipalId from,
            DeviceId fromDevice,
            PrincipalId to,
            @Nullable DeviceId toDevice,
            CallId call,
            Bytes message) {
        return new Envelope(
                new EnvelopeId(random(EnvelopeId.LENGTH)),
                from,
                fromDevice,
                to,
                toDevice,
                call,
                world.now() + random.nextInt(120_000),
                message);
    }

    PrincipalId principal() {
        return chain.principal();
    }

    DeviceId device() {
        return device;
    }

    private HybridSignature sign(String label, Bytes statement) {
        return key.sign(world.primitives(), label, statement, bytes);
    }
}
