package org.whodis.core.line;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/** The person whose lines they are, and the device at hand: what signs, seals and opens for them. */
public final class LineOwner {
    final Primitives primitives;
    final RandomBytes random;
    private final HybridKeyPair device;
    private final DeviceId deviceId;
    private final HybridPublicKey officeKey;
    private final OfficeKeys offices;
    private final Supplier<VerifiedChain> chain;
    private final Consumer<String> doubts;
    private final Secret sealingKey;

    /**
     * @param device the device's key, which stays the caller's
     * @param officeKey of the person's own office, which vouches for the person
     * @param offices for the others there
     * @param chain the person's chain as it is known now
     * @param doubts told what the office shows that does not hold, for a log
     */
    public LineOwner(
            Primitives primitives,
            RandomBytes random,
            HybridKeyPair device,
            HybridPublicKey officeKey,
            OfficeKeys offices,
            Supplier<VerifiedChain> chain,
            Consumer<String> doubts) {
        this.primitives = primitives;
        this.random = random;
        this.device = device;
        this.deviceId = new DeviceId(device.publicKey().keyHash(primitives));
        this.officeKey = officeKey;
        this.offices = offices;
        this.chain = chain;
        this.doubts = doubts;
        this.sealingKey = SealingKey.privateKey(primitives, device);
    }

    /** Overwrites what was derived from the device's key; further use is a fault. */
    public void erase() {
        sealingKey.erase();
    }

    /** As {@link LineAddress#parse}. */
    public LineAddress parse(String address) throws MistypedException {
        return LineAddress.parse(primitives, address);
    }

    VerifiedChain chain() {
        return chain.get();
    }

    PrincipalId principal() {
        return chain().principal();
    }

    /** The person's own office. */
    public OfficeDomain office() {
        return chain().genesis().officeDomain();
    }

    void doubt(String what) {
        doubts.accept(what);
    }

    SignedByDevice sign(String label, Encodable statement) {
        return SignedByDevice.sign(primitives, random, device, label, statement);
    }

    SealingKey sealingKey(long now) {
        return new SealingKey(deviceId, XWing.publicKey(primitives, sealingKey), now);
    }

    Bytes open(SealedBox box, Bytes purpose) throws LineException {
        return box.open(primitives, deviceId, sealingKey, purpose);
    }

    /** The note to oneself; empty if this device cannot read it. */
    String note(LineId id, SealedBox box) {
        try {
            String text = new String(open(box, LineIssue.notePurpose(id)).toArray(), StandardCharsets.UTF_8);
            return LineOrder.isNote(text) ? text : "";
        } catch (LineException e) {
            return "";
        }
    }

    /** What this person's devices have kept; null of what does not open here: another device seals it anew. */
    @Nullable
    Keepsake open(SignedByDevice signed, SealedItem item) {
        try {
            signed.verifyKept(primitives, SealedItem.LABEL, chain());
            return Keepsake.decode(open(item.box(), SealedItem.purpose(principal(), item.item())));
        } catch (LineException | DecodeException e) {
            return null;
        }
    }

    /** Keeps it at the office, for all devices of this person. */
    LineStep<LineId> keep(LineId id, Keepsake keepsake, long now) {
        return LineStep.ask(
                new LineRequest.Readers(),
                (answer, then) -> LineStep.ask(
                        keep(id, keepsake, readers(true, answer, then), now), (_, _) -> new LineStep.Done<>(id)));
    }

    LineRequest keep(LineId id, Keepsake keepsake, List<SealingKey> readers, long at) {
        SealedBox box =
                SealedBox.seal(primitives, random, readers, SealedItem.purpose(principal(), id), keepsake.encode());
        return new LineRequest.PutItem(sign(SealedItem.LABEL, new SealedItem(principal(), id, at, box)));
    }

    /** The answer to {@link LineRequest.Readers}: the sealing keys of one's own devices; unless {@code ownOnly}, the desk's too. */
    List<SealingKey> readers(boolean ownOnly, Bytes answer, long now) throws DecodeException {
        Map<DeviceId, SealingKey> out = new LinkedHashMap<>();
        out.put(deviceId, sealingKey(now));
        for (LinePages.Reader reader : LinePages.Readers.decode(answer).readers()) {
            VerifiedChain verified = verified(reader);
            if (verified != null && (!ownOnly || verified.principal().equals(principal()))) {
                addKeys(reader, verified, out);
            }
        }
        return List.copyOf(out.values());
    }

    private void addKeys(LinePages.Reader reader, VerifiedChain verified, Map<DeviceId, SealingKey> out) {
        for (SignedByDevice signed : reader.keys()) {
            try {
                SealingKey key = SealingKey.verified(primitives, signed, verified);
                out.put(key.device(), key);
            } catch (LineException e) {
                doubt("the office shows a sealing key that is not its device's");
            }
        }
    }

    private @Nullable VerifiedChain verified(LinePages.Reader reader) {
        VerifiedChain own = chain();
        if (reader.chain().equals(own.wire())) {
            return own;
        }
        try {
            VerifiedChain verified = reader.chain().verify(primitives, offices);
            if (verified.genesis().officeDomain().equals(office())) {
                // What the office adds to our own chain counts once the phone has taken it over.
                return verified.principal().equals(own.principal()) ? own : verified;
            }
        } catch (IdentityException e) {
            // Said below.
        }
        doubt("the office shows somebody at the desk who is not of this office");
        return null;
    }

    /** Who this person is, for the office of a line whose secret they have. */
    LineStep<RedemptionAnswer> redeem(LineAddress address, LineRedemption.@Nullable ReturnLine back, long now) {
        HybridKeyPair key = address.secret().key(primitives);
        try {
            LineRedemption redemption = new LineRedemption(
                    new LineId(key.publicKey().keyHash(primitives)),
                    key.publicKey(),
                    Party.of(chain()),
                    deviceId,
                    address.domain(),
                    XWing.publicKey(primitives, sealingKey),
                    back,
                    Bytes.of(random.next(LineRedemption.NONCE_LENGTH)),
                    now,
                    now + LineRedemption.MAX_LIFETIME_MILLIS);
            SignedRedemption signed =
                    SignedRedemption.sign(primitives, random, redemption, key, device, chain().wire(), officeKey);
            return new LineStep.Ask<>(
                    new LineRequest.Redeem(signed),
                    !address.domain().equals(office()),
                    (answer, _) -> new LineStep.Done<>(RedemptionAnswer.decode(answer)));
        } finally {
            key.erase();
        }
    }

    /** A short request for an office, which tells nothing of it but that it came. */
    LineRequest knock(OfficeDomain at, String toName, String text, long now) {
        Knock knock = new Knock(
                Party.of(chain()),
                deviceId,
                at,
                toName,
                text,
                Bytes.of(random.next(Knock.NONCE_LENGTH)),
                now,
                now + Knock.MAX_LIFETIME_MILLIS);
        return new LineRequest.KnockAt(new Knock.Signed(sign(Knock.LABEL, knock), chain().wire(), officeKey));
    }
}
