package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
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
 * What a browser's phone knows when the page is opened again. Everything is in one record, so that what belongs together
 * is never half there.
 *
 * <pre>
 *   enum { enrolling(1), linking(2), enrolled(3) } StageType;                uint8
 *
 *   struct {
 *       uint16 version = 2;
 *       opaque device_seed[64];
 *       StageType type;
 *       select (type) {
 *           case enrolling: opaque invitation&lt;V&gt;; HybridPublicKey office_key; opaque genesis&lt;V&gt;; opaque device_nonce[32];
 *           case linking:   opaque device_link&lt;V&gt;; HybridPublicKey office_key; LinkRequest request;
 *           case enrolled:  PeerKeys office; Chain chain;
 *       };
 *       Pin pins&lt;V&gt;;
 *       RememberedCall calls&lt;V&gt;;
 *       PastCall past&lt;V&gt;;
 *       DeviceName names&lt;V&gt;;
 *   } Memory;
 *   struct { opaque call_id[16]; uint64 expires_at; } RememberedCall;
 *   struct { opaque device[32]; opaque name&lt;V&gt;; } DeviceName;
 * </pre>
 */
final class Memory {
    /** A person compares words with hundreds of people, not with ten thousands. */
    static final int MAX_PINS = 10_000;

    /** Offers live 45 s; more than this in that time is an attack, and the oldest are forgotten then. */
    static final int MAX_CALLS = 4_096;

    /** As many as a person scrolls through. */
    static final int MAX_PAST = 200;

    static final int MAX_DEVICE_NAME = 64;

    /** More than a chain has devices, so that names of those that were once there do not push others out at once. */
    private static final int MAX_NAMES = 64;

    private static final int VERSION = 2;
    private static final int MAX_LINK = 512;
    private static final int MAX_PIN_LENGTH = 512;
    private static final int CALL_LENGTH = CallId.LENGTH + 8;
    private static final int NAME_LENGTH = DeviceId.LENGTH + 2 + MAX_DEVICE_NAME;

    /** How far this phone has come. */
    sealed interface Stage {
        /** The invitation was looked at; the operator has to confirm the words. */
        record Enrolling(Invitation invitation, HybridPublicKey officeKey, Bytes genesis, Bytes deviceNonce)
                implements Stage {}

        /** The person's other device has to confirm the words. */
        record Linking(DeviceLink link, HybridPublicKey officeKey, LinkRequest request) implements Stage {}

        /**
         * It belongs to a person.
         *
         * @param office what is believed of the office's key
         * @param chain that person's, as the office last confirmed it
         */
        record Enrolled(PeerKeys office, UnverifiedChain chain) implements Stage {}
    }

    final Secret deviceSeed;
    private Stage stage;
    private final List<Pin> pins = new ArrayList<>();
    private final Map<CallId, Long> calls = new LinkedHashMap<>();
    private final List<PastCall> past = new ArrayList<>();
    private final Map<DeviceId, String> names = new LinkedHashMap<>();

    Memory(Secret deviceSeed, Stage stage) {
        if (deviceSeed.length() != HybridKeyPair.SEED_LENGTH) {
            throw new IllegalArgumentException("not the seed of a device");
        }
        this.deviceSeed = deviceSeed;
        this.stage = stage;
    }

    Stage stage() {
        return stage;
    }

    void move(Stage next) {
        stage = next;
    }

    List<Pin> pins() {
        return List.copyOf(pins);
    }

    /** In place of any earlier pin of the same person. */
    void keep(Pin pin) {
        pins.removeIf(each -> each.principal().equals(pin.principal()));
        pins.add(pin);
        if (pins.size() > MAX_PINS) {
            pins.remove(0);
        }
    }

    Set<CallId> rememberedCalls() {
        return Set.copyOf(calls.keySet());
    }

    /** So that the call does not ring again after the page was opened anew; forgets what has expired. */
    void remember(CallId call, long expiresAt, long now) {
        calls.values().removeIf(expiry -> expiry < now);
        calls.remove(call);
        calls.put(call, expiresAt);
        Iterator<CallId> oldest = calls.keySet().iterator();
        while (calls.size() > MAX_CALLS && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    /** The newest first. */
    List<PastCall> past() {
        return List.copyOf(past);
    }

    /** Once for each call, in place of what was kept of it before. */
    void keep(PastCall call) {
        for (int i = 0; i < past.size(); i++) {
            if (past.get(i).callId().equals(call.callId())) {
                past.set(i, call);
                return;
            }
        }
        past.add(0, call);
        while (past.size() > MAX_PAST) {
            past.remove(past.size() - 1);
        }
    }

    /** What was kept of {@code call}, or null. */
    @Nullable
    PastCall past(CallId call) {
        for (PastCall each : past) {
            if (each.callId().equals(call)) {
                return each;
            }
        }
        return null;
    }

    void forgetPast(CallId call) {
        past.removeIf(each -> each.callId().equals(call));
    }

    @Nullable
    String nameOf(DeviceId device) {
        return names.get(device);
    }

    void name(DeviceId device, String name) {
        names.remove(device);
        names.put(device, name);
        Iterator<DeviceId> oldest = names.keySet().iterator();
        while (names.size() > MAX_NAMES && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    static boolean isDeviceName(String name) {
        return DisplayText.isValid(name, 1, MAX_DEVICE_NAME);
    }

    Bytes encode() {
        WireWriter out = new WireWriter().uint16(VERSION).fixed(deviceSeed.expose());
        switch (stage) {
            case Stage.Enrolling(
                    Invitation invitation,
                    HybridPublicKey officeKey,
                    Bytes genesis,
                    Bytes deviceNonce) -> {
                out.uint8(1).text(invitation.link());
                officeKey.write(out);
                out.vector(genesis).fixed(deviceNonce);
            }
            case Stage.Linking(DeviceLink link, HybridPublicKey officeKey, LinkRequest request) -> {
                out.uint8(2).text(link.link());
                officeKey.write(out);
                request.write(out);
            }
            case Stage.Enrolled(PeerKeys office, UnverifiedChain chain) -> {
                out.uint8(3);
                office.write(out);
                chain.write(out);
            }
        }
        out.list(pins, (inner, pin) -> pin.write(inner));
        out.list(
                List.copyOf(calls.entrySet()),
                (inner, call) -> inner.fixed(call.getKey().value()).uint64(call.getValue()));
        out.list(past, (inner, call) -> call.write(inner));
        out.list(
                List.copyOf(names.entrySet()),
                (inner, name) -> inner.fixed(name.getKey().value()).text(name.getValue()));
        return out.toBytes();
    }

    static Memory decode(Bytes encoded) throws DecodeException {
        try {
            return WireReader.decode(encoded, Memory::read);
        } catch (IllegalArgumentException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        }
    }

    private static Memory read(WireReader in) throws DecodeException {
        int version = in.uint16();
        if (version != VERSION) {
            throw new DecodeException("a memory of version " + version);
        }
        Secret seed = Secret.owning(in.fixed(HybridKeyPair.SEED_LENGTH).toArray());
        Memory memory = new Memory(seed, readStage(in));
        memory.pins.addAll(in.list(MAX_PINS * MAX_PIN_LENGTH, MAX_PINS, Pin::read));
        in.list(MAX_CALLS * CALL_LENGTH, MAX_CALLS, item -> {
            memory.calls.put(CallId.read(item), item.uint64());
            return item;
        });
        memory.past.addAll(in.list(MAX_PAST * PastCall.MAX_LENGTH, MAX_PAST, PastCall::read));
        in.list(MAX_NAMES * NAME_LENGTH, MAX_NAMES, item -> {
            memory.names.put(DeviceId.read(item), DisplayText.read(item, 1, MAX_DEVICE_NAME));
            return item;
        });
        return memory;
    }

    private static Stage readStage(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 ->
                new Stage.Enrolling(
                        Invitation.parse(in.text(MAX_LINK)),
                        HybridPublicKey.read(in),
                        in.vector(Genesis.MAX_LENGTH),
                        in.fixed(Enrolment.NONCE_LENGTH));
            case 2 ->
                new Stage.Linking(DeviceLink.parse(in.text(MAX_LINK)), HybridPublicKey.read(in), LinkRequest.read(in));
            case 3 -> new Stage.Enrolled(PeerKeys.read(in), UnverifiedChain.read(in));
            default -> throw new DecodeException("stage " + type);
        };
    }

    /**
     * A call that is over, for the list of past calls; of the person only what that list shows, since they may have left the
     * office by then.
     *
     * <pre>
     *   enum { talked(0), missed(1), declined(2), no_answer(3), cancelled(4), words_differed(5) } Outcome;    uint8
     *   struct {
     *       opaque call_id[16]; opaque principal[32];
     *       opaque name&lt;V&gt;; opaque title&lt;V&gt;; opaque office_domain&lt;V&gt;;
     *       uint64 at; uint8 outgoing; Outcome outcome; uint32 seconds;
     *   } PastCall;
     * </pre>
     */
    record PastCall(
            CallId callId,
            PrincipalId person,
            String name,
            String title,
            OfficeDomain office,
            long at,
            boolean outgoing,
            Outcome outcome,
            long seconds) {
        static final int MAX_LENGTH = CallId.LENGTH
                + PrincipalId.LENGTH
                + 2
                + Genesis.MAX_NAME
                + 2
                + Genesis.MAX_TITLE
                + 2
                + OfficeDomain.MAX_LENGTH
                + 14;

        enum Outcome {
            TALKED(0),
            MISSED(1),
            DECLINED(2),
            NO_ANSWER(3),
            CANCELLED(4),
            /** Whoever was at the other end: it stays in sight. */
            WORDS_DIFFERED(5);

            private final int code;

            Outcome(int code) {
                this.code = code;
            }
        }

        private void write(WireWriter out) {
            out.fixed(callId.value()).fixed(person.value()).text(name).text(title);
            OfficeDomain.write(out, office);
            out.uint64(at).uint8(outgoing ? 1 : 0).uint8(outcome.code).uint32(seconds);
        }

        private static PastCall read(WireReader in) throws DecodeException {
            return new PastCall(
                    CallId.read(in),
                    PrincipalId.read(in),
                    DisplayText.read(in, 1, Genesis.MAX_NAME),
                    DisplayText.read(in, 0, Genesis.MAX_TITLE),
                    OfficeDomain.read(in),
                    in.uint64(),
                    in.uint8() == 1,
                    readOutcome(in),
                    in.uint32());
        }

        private static Outcome readOutcome(WireReader in) throws DecodeException {
            int code = in.uint8();
            for (Outcome outcome : Outcome.values()) {
                if (outcome.code == code) {
                    return outcome;
                }
            }
            throw new DecodeException("outcome " + code);
        }
    }
}
