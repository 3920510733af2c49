package org.whodis.phone.keystore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a phone keeps: the body of its {@link Keystore}.
 *
 * <pre>
 *   enum { new_phone(0), enrolling(1), linking(2), enrolled(3) } StageType;   uint8
 *
 *   struct {
 *       uint16 version = 2;
 *       opaque device_seed[64];
 *       StageType type;
 *       select (type) {
 *           case new_phone: struct {};
 *           case enrolling: opaque invitation&lt;V&gt;; HybridPublicKey office_key; opaque genesis&lt;V&gt;; opaque words&lt;V&gt;;
 *           case linking:   opaque device_link&lt;V&gt;; HybridPublicKey office_key; opaque words&lt;V&gt;;
 *           case enrolled:  PeerKeys office; Chain chain;
 *       };
 *       Pin pins&lt;V&gt;;
 *       RememberedCall calls&lt;V&gt;;
 *   } PhoneState;
 *   struct { opaque call_id[16]; uint64 expires_at; } RememberedCall;
 * </pre>
 *
 * <p>Version 1 had {@code opaque office_domain<V>; HybridPublicKey office_key;} in the place of {@code office}, and is read.
 *
 * @param deviceSeed the private half of the device's hybrid key
 * @param pins whom this phone's owner has compared words with; see {@link Pin}
 * @param calls call ids whose offers have not expired, so that none of them rings twice
 */
public record PhoneState(Secret deviceSeed, Stage stage, List<Pin> pins, List<RememberedCall> calls) {
    private static final int VERSION = 2;
    private static final int BEFORE_OFFICES_CHANGED_KEYS = 1;

    /** A person compares words with hundreds of people, not with ten thousands. */
    public static final int MAX_PINS = 10_000;

    /** Offers live 45 s; more than this in that time is an attack, and the oldest are forgotten then. */
    public static final int MAX_CALLS = 4_096;

    private static final int MAX_LINK = 512;
    private static final int MAX_WORDS = 128;
    private static final int MAX_PIN_LENGTH = 512;
    private static final int CALL_LENGTH = CallId.LENGTH + 8;

    /** How far this phone has come. */
    public sealed interface Stage {
        /** It has a key and nothing else. */
        record NewPhone() implements Stage {}

        /** The operator has to confirm {@code words}. */
        record Enrolling(Invitation invitation, HybridPublicKey officeKey, Bytes genesis, List<String> words)
                implements Stage {}

        /** The person's other device has to confirm {@code words}. */
        record Linking(DeviceLink link, HybridPublicKey officeKey, List<String> words) implements Stage {}

        /** It belongs to a person. {@code chain} is that person's, as the office last confirmed it. */
        record Enrolled(PeerKeys office, UnverifiedChain chain) implements Stage {}
    }

    public record RememberedCall(CallId callId, long expiresAt) {}

    public PhoneState {
        if (deviceSeed.length() != HybridKeyPair.SEED_LENGTH || pins.size() > MAX_PINS || calls.size() > MAX_CALLS) {
            throw new IllegalArgumentException("not the state of a phone");
        }
        pins = List.copyOf(pins);
        calls = List.copyOf(calls);
    }

    /** A phone before it has met its office. */
    public static PhoneState fresh(Secret deviceSeed) {
        return new PhoneState(deviceSeed, new Stage.NewPhone(), List.of(), List.of());
    }

    public PhoneState withStage(Stage newStage) {
        return new PhoneState(deviceSeed, newStage, pins, calls);
    }

    /** With {@code pin} in place of any earlier one of the same person. */
    public PhoneState withPin(Pin pin) {
        List<Pin> changed = new ArrayList<>(pins);
        changed.removeIf(each -> each.principal().equals(pin.principal()));
        changed.add(pin);
        return new PhoneState(deviceSeed, stage, changed, calls);
    }

    /** Remembers {@code call}; forgets what has expired by {@code nowMillis} and, beyond the bound, the oldest. */
    public PhoneState withCall(RememberedCall call, long nowMillis) {
        List<RememberedCall> changed = new ArrayList<>(calls);
        changed.removeIf(each -> each.expiresAt() < nowMillis || each.callId().equals(call.callId()));
        changed.add(call);
        if (changed.size() > MAX_CALLS) {
            changed.removeFirst();
        }
        return new PhoneState(deviceSeed, stage, pins, changed);
    }

    public @Nullable Pin pin(PrincipalId principal) {
        for (Pin pin : pins) {
            if (pin.principal().equals(principal)) {
                return pin;
            }
        }
        return null;
    }

    /** The bytes to keep, as a secret. */
    public Secret encode() {
        WireWriter out = new WireWriter().uint16(VERSION).fixed(deviceSeed.expose());
        switch (stage) {
            case Stage.NewPhone() -> out.uint8(0);
            case Stage.Enrolling(
                    Invitation invitation,
                    HybridPublicKey officeKey,
                    Bytes genesis,
                    List<String> words) -> {
                out.uint8(1).text(invitation.link());
                officeKey.write(out);
                out.vector(genesis).text(String.join(" ", words));
            }
            case Stage.Linking(DeviceLink link, HybridPublicKey officeKey, List<String> words) -> {
                out.uint8(2).text(link.link());
                officeKey.write(out);
                out.text(String.join(" ", words));
            }
            case Stage.Enrolled(PeerKeys office, UnverifiedChain chain) -> {
                out.uint8(3);
                office.write(out);
                chain.write(out);
            }
        }
        out.list(pins, (inner, pin) -> pin.write(inner));
        out.list(calls, (inner, call) -> inner.fixed(call.callId().value()).uint64(call.expiresAt()));
        return Secret.owning(out.toByteArray());
    }

    /**
     * Reads what {@link #encode} gave.
     *
     * @throws KeystoreException {@code DAMAGED}: what a release of Whodis never wrote
     */
    public static PhoneState decode(Secret body) throws KeystoreException {
        try {
            return WireReader.decode(Bytes.of(body.expose()), PhoneState::read);
        } catch (DecodeException | IllegalArgumentException e) {
            throw new KeystoreException(
                    KeystoreException.Reason.DAMAGED,
                    "The keystore opens, but what is in it is not the state of a phone (" + e.getMessage() + ").");
        }
    }

    private static PhoneState read(WireReader in) throws DecodeException {
        int version = in.uint16();
        if (version != VERSION && version != BEFORE_OFFICES_CHANGED_KEYS) {
            throw new DecodeException("state of version " + version);
        }
        Secret seed = Secret.owning(in.fixed(HybridKeyPair.SEED_LENGTH).toArray());
        Stage stage = readStage(in, version);
        List<Pin> pins = in.list(MAX_PINS * MAX_PIN_LENGTH, MAX_PINS, Pin::read);
        List<RememberedCall> calls = in.list(
                MAX_CALLS * CALL_LENGTH, MAX_CALLS, item -> new RememberedCall(CallId.read(item), item.uint64()));
        return new PhoneState(seed, stage, pins, calls);
    }

    private static Stage readStage(WireReader in, int version) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 0 -> new Stage.NewPhone();
            case 1 ->
                new Stage.Enrolling(
                        Invitation.parse(in.text(MAX_LINK)),
                        HybridPublicKey.read(in),
                        in.vector(Genesis.MAX_LENGTH),
                        readWords(in));
            case 2 -> new Stage.Linking(DeviceLink.parse(in.text(MAX_LINK)), HybridPublicKey.read(in), readWords(in));
            case 3 ->
                version == VERSION ? new Stage.Enrolled(PeerKeys.read(in), UnverifiedChain.read(in)) : readEnrolled(in);
            default -> throw new DecodeException("stage " + type);
        };
    }

    /** In a chain of that time the genesis names the key that the office had. */
    private static Stage.Enrolled readEnrolled(WireReader in) throws DecodeException {
        OfficeDomain domain = OfficeDomain.read(in);
        HybridPublicKey key = HybridPublicKey.read(in);
        UnverifiedChain chain = UnverifiedChain.read(in);
        Genesis genesis = Genesis.decode(chain.genesis().genesis());
        return new Stage.Enrolled(
                PeerKeys.first(domain, key, genesis.officeKey(), OfficeDescriptor.NO_RECOVERY_KEY, genesis.createdAt()),
                chain);
    }

    private static List<String> readWords(WireReader in) throws DecodeException {
        return List.of(in.text(MAX_WORDS).split(" "));
    }
}
