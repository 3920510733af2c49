package org.whodis.web.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Import;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;
import org.whodis.web.phone.BrowserPhone;
import org.whodis.web.phone.PhoneInput;
import org.whodis.web.phone.PhoneOutput;
import org.whodis.web.phone.Protection;

/**
 * The phone's inputs and outputs as bytes: {@code core.js} is the other half.
 *
 * <pre>
 *   struct { uint8 type; uint32 number; uint32 other; opaque fields&lt;V&gt;...; } Message;
 *
 *   input                    number       other     fields
 *   1  start                                        stored
 *   2  unlock                deed                   what opens it
 *   3  opened, 5 closed      connection
 *   4  received              connection             message
 *   6  network changed, 9 store failed, 26 tick
 *   7  answered              request      status    body
 *   8  stored                version
 *   10 look at               deed                   link
 *   11 enrol                 deed         0, 1, 2   link, name of this device; 1: passphrase; 2: credential, salt, output
 *   12 abandon, 21 open link deed
 *   13 call                  deed                   person
 *   14 answer                deed                   call
 *   28 send to desk          deed                   call
 *   15 decline, 16 hang up, 18 dismiss,
 *   24 media failed, 25 media heard                 call
 *   17 words match                        1 or 0    call
 *   19 rename device         deed                   device, name
 *   20 remove device         deed                   device
 *   22 vouch                 deed         1 or 0
 *   27 compare office        deed         1 or 0    office key
 *   29 of lines              deed         LineEdge  as there
 *   23 media offered         ssrc         1 or 0    call, ufrag, pwd, fingerprint; other: whether there is an ssrc
 *
 *   output
 *   1  connect, 3 disconnect connection
 *   2  send                  connection             message
 *   4  ask                   request      1 or 0    path, body; other: whether there is a body
 *   5  store                 version                record
 *   6  erase, 9 changed
 *   7  need passkey                                 credential, salt
 *   8  done                  deed                   problem or nothing, answer
 *   10 open media, 13 close media                   call
 *   11 media place                                  call, JSON
 *   12 install epoch         own leaf     1 or 0    call, and what Edge.installEpoch takes up to is_last; other: is_last
 * </pre>
 *
 * <p>Ids of calls, persons, devices and keys of offices are hexadecimal in UTF-8, as in a snapshot.
 */
final class PhoneEdge {
    /** A stored phone is the longest field. */
    private static final int MAX_FIELD = 1 << 23;

    private final Primitives primitives;
    private @Nullable BrowserPhone phone;

    PhoneEdge(Primitives primitives) {
        this.primitives = primitives;
    }

    /** Four bytes of {@code crypto.getRandomValues}. */
    @Import(module = "whodis", name = "random")
    private static native int randomWord();

    private static byte[] random(int count) {
        byte[] out = new byte[count];
        int word = 0;
        for (int i = 0; i < count; i++) {
            word = i % 4 == 0 ? randomWord() : word >>> 8;
            out[i] = (byte) word;
        }
        return out;
    }

    boolean begin(Bytes domain) {
        try {
            String text = WireReader.decode(new WireWriter().vector(domain).toBytes(), in -> in.text(MAX_FIELD));
            if (phone != null || !OfficeDomain.isValid(text)) {
                return false;
            }
            phone = new BrowserPhone(primitives, PhoneEdge::random, new OfficeDomain(text));
            return true;
        } catch (DecodeException e) {
            return false;
        }
    }

    boolean give(Bytes message, long now) {
        BrowserPhone given = phone;
        PhoneInput input;
        try {
            input = WireReader.decode(message, PhoneEdge::input);
        } catch (DecodeException | IllegalArgumentException e) {
            return false;
        }
        if (given == null) {
            return false;
        }
        given.handle(input, now);
        return true;
    }

    Bytes poll() {
        PhoneOutput next = phone == null ? null : phone.poll();
        return next == null ? Bytes.EMPTY : encode(next);
    }

    double next() {
        long at = phone == null ? BrowserPhone.NEVER : phone.nextTimeout();
        return at == BrowserPhone.NEVER ? Double.POSITIVE_INFINITY : at;
    }

    String snapshot() {
        return phone == null ? "" : phone.snapshot();
    }

    private static PhoneInput input(WireReader in) throws DecodeException {
        int type = in.uint8();
        int number = (int) in.uint32();
        int other = (int) in.uint32();
        return switch (type) {
            case 1 -> new PhoneInput.Start(field(in));
            case 2 -> new PhoneInput.Unlock(number, secret(in));
            case 3 -> new PhoneInput.Opened(number);
            case 4 -> new PhoneInput.Received(number, field(in));
            case 5 -> new PhoneInput.Closed(number);
            case 6 -> new PhoneInput.NetworkChanged();
            case 7 -> new PhoneInput.Answered(number, other, field(in));
            case 8 -> new PhoneInput.Stored(number);
            case 9 -> new PhoneInput.StoreFailed();
            case 10 -> new PhoneInput.LookAt(number, text(in));
            case 11 -> new PhoneInput.Enrol(number, text(in), text(in), protection(other, in));
            case 12 -> new PhoneInput.Abandon(number);
            case 13 -> new PhoneInput.Call(number, new PrincipalId(id(in)));
            case 14 -> new PhoneInput.Answer(number, new CallId(id(in)));
            case 15 -> new PhoneInput.Decline(new CallId(id(in)));
            case 16 -> new PhoneInput.HangUp(new CallId(id(in)));
            case 17 -> new PhoneInput.WordsMatch(new CallId(id(in)), other == 1);
            case 18 -> new PhoneInput.Dismiss(new CallId(id(in)));
            case 19 -> new PhoneInput.RenameDevice(number, new DeviceId(id(in)), text(in));
            case 20 -> new PhoneInput.RemoveDevice(number, new DeviceId(id(in)));
            case 21 -> new PhoneInput.OpenLink(number);
            case 22 -> new PhoneInput.Vouch(number, other == 1);
            case 23 ->
                new PhoneInput.MediaOffered(new MediaJoin(
                        new CallId(id(in)), text(in), text(in), id(in), other == 1 ? number & 0xffff_ffffL : null));
            case 24 -> new PhoneInput.MediaFailed(new CallId(id(in)));
            case 25 -> new PhoneInput.MediaHeard(new CallId(id(in)));
            case 26 -> new PhoneInput.Tick();
            case 27 -> new PhoneInput.CompareOffice(number, id(in), other == 1);
            case 28 -> new PhoneInput.SendToDesk(number, new CallId(id(in)));
            case 29 -> new PhoneInput.OfLines(number, LineEdge.read(other, in));
            default -> throw new DecodeException("input " + type);
        };
    }

    private static Protection protection(int type, WireReader in) throws DecodeException {
        return switch (type) {
            case 0 -> new Protection.BrowserKey();
            case 1 -> new Protection.Passphrase(secret(in));
            case 2 -> new Protection.Passkey(field(in), field(in), secret(in));
            default -> throw new DecodeException("protection " + type);
        };
    }

    private static Bytes field(WireReader in) throws DecodeException {
        return in.vector(MAX_FIELD);
    }

    private static Secret secret(WireReader in) throws DecodeException {
        return Secret.owning(field(in).toArray());
    }

    private static String text(WireReader in) throws DecodeException {
        return in.text(MAX_FIELD);
    }

    private static Bytes id(WireReader in) throws DecodeException {
        return Bytes.fromHex(text(in));
    }

    private static Bytes encode(PhoneOutput output) {
        return switch (output) {
            case PhoneOutput.Connect(int connection) -> message(1, connection, 0);
            case PhoneOutput.Send(int connection, Bytes sent) -> message(2, connection, 0, sent);
            case PhoneOutput.Disconnect(int connection) -> message(3, connection, 0);
            case PhoneOutput.Ask(int request, String path, Bytes body) ->
                message(4, request, body == null ? 0 : 1, Bytes.utf8(path), body == null ? Bytes.EMPTY : body);
            case PhoneOutput.Store(long version, Bytes stored) -> message(5, version, 0, stored);
            case PhoneOutput.Erase() -> message(6, 0, 0);
            case PhoneOutput.NeedPasskey(Bytes credential, Bytes salt) -> message(7, 0, 0, credential, salt);
            case PhoneOutput.Done done ->
                message(
                        8,
                        done.deed(),
                        0,
                        Bytes.utf8(done.problem() == null ? "" : done.problem().code()),
                        Bytes.utf8(done.answer()));
            case PhoneOutput.Changed() -> message(9, 0, 0);
            case PhoneOutput.OpenMedia(CallId call) -> message(10, 0, 0, hex(call));
            case PhoneOutput.MediaPlace place -> message(11, 0, 0, hex(place.call()), Bytes.utf8(place.json()));
            case PhoneOutput.InstallEpoch epoch -> epoch(epoch);
            case PhoneOutput.CloseMedia(CallId call) -> message(13, 0, 0, hex(call));
        };
    }

    private static Bytes epoch(PhoneOutput.InstallEpoch epoch) {
        Secret key = epoch.baseKey();
        WireWriter keys = new WireWriter().uint64(epoch.epoch()).fixed(key.expose());
        key.erase();
        writeLeaves(keys, epoch.leaves());
        writeLeaves(keys, epoch.removed());
        return message(12, epoch.ownLeaf(), epoch.isLast() ? 1 : 0, hex(epoch.call()), keys.toBytes());
    }

    private static void writeLeaves(WireWriter out, List<Integer> leaves) {
        out.list(leaves, (inner, leaf) -> inner.uint32(leaf));
    }

    private static Bytes hex(CallId call) {
        return Bytes.utf8(call.value().hex());
    }

    private static Bytes message(int type, long number, int other, Bytes... fields) {
        WireWriter out = new WireWriter().uint8(type).uint32(number).uint32(other);
        for (Bytes each : fields) {
            out.vector(each);
        }
        return out.toBytes();
    }
}
