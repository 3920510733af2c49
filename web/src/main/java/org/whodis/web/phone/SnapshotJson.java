package org.whodis.web.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;

/**
 * What the screens show, as {@code Snapshot} of {@code model.ts} has it. What only the page knows is left out there or has a
 * value that the page puts its own in the place of: the quality of the sound, whether the microphone is muted, what is wrong
 * with it, and the fingerprint of the page itself.
 */
final class SnapshotJson {
    private final Json out = new Json();
    private final BrowserPhone phone;
    private final long now;

    private SnapshotJson(BrowserPhone phone, long now) {
        this.phone = phone;
        this.now = now;
    }

    static String of(BrowserPhone phone, long now) {
        SnapshotJson writer = new SnapshotJson(phone, now);
        writer.write();
        return writer.out.toString();
    }

    /** The answer to {@link PhoneInput.LookAt}. */
    static String invited(String kind, String name, String title, OfficeDomain office) {
        return new Json()
                .object()
                .field("kind", kind)
                .field("name", name)
                .field("title", title)
                .field("office", office.value())
                .end()
                .toString();
    }

    /** The answer to {@link PhoneInput.OpenLink}. */
    static String link(String link, long expires) {
        return new Json()
                .object()
                .field("link", link)
                .field("expires", expires)
                .name("code")
                .strings(LinkQr.rows(link))
                .end()
                .toString();
    }

    private void write() {
        out.object().field("stage", Problem.kebab(phone.stage()));
        Problem problem = phone.problem();
        if (problem != null) {
            out.field("problem", problem.code());
        }
        BrowserPhone.Ready ready = phone.ready();
        if (ready != null) {
            out.name("me");
            person(ready.directory.own(), ready.deviceId, null, OfficeStanding.AUTHENTICATED);
        }
        connection(ready);
        if (!phone.words().isEmpty()) {
            out.name("words").strings(phone.words());
        }
        people(ready);
        calls(ready);
        past(ready);
        devices(ready);
        out.field(
                "protection",
                switch (phone.lock()) {
                    case SealedMemory.Lock.BrowserKey _ -> "browser-key";
                    case SealedMemory.Lock.Passphrase _ -> "passphrase";
                    case SealedMemory.Lock.Passkey _ -> "passkey";
                });
        if (ready != null) {
            new LinesJson(out, this, ready, now).write();
        }
        DeviceKind requested = ready == null ? null : ready.linking.requestedKind();
        if (ready != null && requested != null) {
            out.name("linkRequest").object().field("kind", kind(requested)).name("words");
            out.strings(ready.linking.words()).end();
        }
        if (ready != null) {
            officeAlarm(ready);
            out.field("desk", ready.calls.hasDesk());
        }
        out.field("fingerprintOfCode", "").end();
    }

    /** The office has shown a key that is not believed, or two keys have claimed to be the next one. */
    private void officeAlarm(BrowserPhone.Ready ready) {
        PeerKeys.Held held = ready.trust.notBelieved();
        boolean forked = ready.trust.keys().alarmedAt() != null;
        boolean isUndecided = held != null && !held.isVouched() && ready.session.isFollowing();
        if (held == null && !forked || isUndecided) {
            return;
        }
        Bytes key = held == null ? ready.trust.officeKey() : held.keyHash();
        out.name("officeAlarm")
                .object()
                .field("kind", forked ? "two-keys" : held != null && held.isVouched() ? "held" : "unknown")
                .field("key", key.hex());
        if (held != null && held.isVouched()) {
            out.field("until", held.until());
        }
        out.field("differs", key.equals(ready.officeDiffers)).name("words");
        out.strings(OfficeWords.ofOne(phone.primitives(), ready.trust.domain(), key))
                .end();
    }

    private void connection(BrowserPhone.@Nullable Ready ready) {
        out.name("connection").object();
        if (ready != null && ready.session.isUp()) {
            out.field("kind", "online");
        } else if (ready == null || ready.session.isConnecting()) {
            out.field("kind", "connecting");
        } else {
            out.field("kind", "offline").field("since", ready.session.offlineSince());
            Problem problem = ready.session.problem();
            if (problem != null) {
                out.field("problem", problem.code());
            }
        }
        out.end();
    }

    private void people(BrowserPhone.@Nullable Ready ready) {
        out.name("people").array();
        if (ready != null) {
            for (VerifiedChain chain : ready.directory.people()) {
                person(chain);
            }
            for (VerifiedChain chain : ready.lines.issuers()) {
                if (ready.directory.find(chain.principal()) == null) {
                    person(chain);
                }
            }
        }
        out.end();
    }

    /** Somebody of whom this person's phone knows the chain, by the newest of their devices. */
    void person(VerifiedChain chain) {
        BrowserPhone.Ready ready = phone.ready();
        List<ChainDevice> devices = chain.devices();
        if (ready != null) {
            person(
                    chain,
                    devices.get(devices.size() - 1).id(),
                    Assurance.pinFor(chain, pins()),
                    ready.offices.standing(
                            chain.genesis().officeDomain(), chain.genesis().officeKey()));
        }
    }

    private List<Pin> pins() {
        Memory memory = phone.memory();
        return memory == null ? List.of() : memory.pins();
    }

    private void person(VerifiedChain chain, DeviceId device, @Nullable Pin pin, OfficeStanding standing) {
        person(chain, Assurance.of(chain, device, pin, standing, now));
    }

    private void person(VerifiedChain chain, Assurance assurance) {
        Genesis vouched = chain.genesis();
        person(chain.principal(), vouched.name(), vouched.title(), vouched.officeDomain(), assurance);
    }

    private void person(PrincipalId id, String name, String title, OfficeDomain office, Assurance assurance) {
        out.object()
                .field("id", id.value().hex())
                .field("name", name)
                .field("title", title)
                .field("office", office.value())
                .name("known")
                .object();
        switch (assurance) {
            case Assurance.VouchedForByOffice(OfficeDomain by) ->
                out.field("kind", "vouched-for-by-office").field("office", by.value());
            case Assurance.OfficeNotCompared(OfficeDomain by) ->
                out.field("kind", "office-not-compared").field("office", by.value());
            case Assurance.Compared(long at, int added) ->
                out.field("kind", "compared").field("at", at).field("devicesAddedSince", added);
            case Assurance.NewDevice(long at, DeviceId by) ->
                out.field("kind", "new-device")
                        .field("addedAt", at)
                        .field("vouchedBy", by.value().hex());
            case Assurance.NotWhoYouCompared(long at) ->
                out.field("kind", "not-who-you-compared").field("at", at);
        }
        out.end().end();
    }

    private void calls(BrowserPhone.@Nullable Ready ready) {
        out.name("calls").array();
        if (ready != null) {
            for (Calls.Entry entry : ready.calls.entries()) {
                call(ready, entry);
            }
        }
        out.end();
    }

    private void call(BrowserPhone.Ready ready, Calls.Entry entry) {
        CallView view = entry.view;
        out.object()
                .field("id", view.callId().value().hex())
                .field("outgoing", view.outgoing())
                .field("state", Problem.kebab(view.state()))
                .name("person");
        person(view.peer().chain(), view.peer().assurance());
        out.field("since", view.since()).name("roster").array();
        if (entry.connectedAt() != 0) {
            member(
                    view.peer().chain(),
                    view.peer().assurance(),
                    view.peer().device().kind(),
                    false);
            VerifiedChain own = ready.directory.own();
            member(
                    own,
                    Assurance.of(own, ready.deviceId, null, OfficeStanding.AUTHENTICATED, now),
                    DeviceKind.BROWSER,
                    true);
        }
        out.end().name("words").strings(view.words());
        out.field("comparison", Problem.kebab(entry.comparison));
        EndReason ended = view.ended();
        if (ended != null) {
            out.field("ended", Problem.kebab(ended));
        }
        out.field("muted", false).field("quality", "good").end();
    }

    /** Both of a call of two are its principals. */
    private void member(VerifiedChain chain, Assurance assurance, DeviceKind kind, boolean own) {
        out.object().name("person");
        person(chain, assurance);
        out.field("role", "principal")
                .field("device", kind(kind))
                .field("own", own)
                .end();
    }

    private void past(BrowserPhone.@Nullable Ready ready) {
        out.name("past").array();
        Memory memory = phone.memory();
        if (ready != null && memory != null) {
            for (Memory.PastCall call : memory.past()) {
                if (ready.calls.goesOn(call.callId())) {
                    continue;
                }
                out.object().field("id", call.callId().value().hex()).name("person");
                person(call.person(), call.name(), call.title(), call.office(), known(ready, call));
                out.field("at", call.at())
                        .field("outgoing", call.outgoing())
                        .field("outcome", Problem.kebab(call.outcome()))
                        .field("seconds", call.seconds())
                        .end();
            }
        }
        out.end();
    }

    /** As they are known now; of somebody who is in no list any more nothing is known but what their office said. */
    private Assurance known(BrowserPhone.Ready ready, Memory.PastCall call) {
        VerifiedChain chain = ready.lines.person(call.person());
        if (chain != null) {
            List<ChainDevice> devices = chain.devices();
            return Assurance.of(
                    chain,
                    devices.get(devices.size() - 1).id(),
                    Assurance.pinFor(chain, pins()),
                    ready.offices.standing(
                            chain.genesis().officeDomain(), chain.genesis().officeKey()),
                    now);
        }
        return call.office().equals(ready.office)
                ? new Assurance.VouchedForByOffice(call.office())
                : new Assurance.OfficeNotCompared(call.office());
    }

    private void devices(BrowserPhone.@Nullable Ready ready) {
        out.name("devices").array();
        Memory memory = phone.memory();
        if (ready != null && memory != null) {
            for (ChainDevice device : ready.directory.own().devices()) {
                String name = memory.nameOf(device.id());
                out.object()
                        .field("id", device.id().value().hex())
                        .field("name", name == null ? "" : name)
                        .field("kind", kind(device.kind()))
                        .field("addedAt", device.addedAt());
                DeviceId by = device.addedBy();
                if (by != null) {
                    String vouching = memory.nameOf(by);
                    out.field("vouchedBy", vouching == null ? by.value().hex() : vouching);
                }
                out.field("thisOne", device.id().equals(ready.deviceId)).end();
            }
        }
        out.end();
    }

    private static String kind(DeviceKind kind) {
        return switch (kind) {
            case JAVA_PHONE -> "java-phone";
            case BROWSER -> "browser";
        };
    }
}
