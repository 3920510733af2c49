package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.OfficeTrust;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineChange;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LineOwner;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Directory;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.KnownOffices;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * A phone in a browser, without a socket, clock, thread or store.
 *
 * <p>The rule: call {@link #handle}, then {@link #poll} until it gives null and carry the outputs out in their order, then wait
 * for the next input or until {@link #nextTimeout}, whichever is first, and begin again ({@link PhoneInput.Tick} for the
 * timeout).
 *
 * <pre>
 *   Starting   --Start, nothing stored-->                 NoIdentity
 *   Starting   --Start, stored under a key-->             Locked
 *   Starting   --Start, stored-->                         WaitingForApproval or Ready
 *   Locked     --Unlock-->                                WaitingForApproval or Ready
 *   NoIdentity --Enrol-->                                 Enrolling
 *   Enrolling  --the office has taken the request-->      WaitingForApproval
 *   WaitingForApproval --confirmed, and stored-->         Ready
 *   Enrolling, WaitingForApproval --refused, Abandon-->   NoIdentity
 *   Locked     --Abandon: what opens it is lost-->        NoIdentity
 *   Ready      --RemoveDevice of this one-->              NoIdentity
 *   Ready      --removed by another device-->             NoIdentity
 *   any        --a store that cannot be read-->           Failed
 * </pre>
 */
public final class BrowserPhone {
    /** {@link #nextTimeout} when there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Shell shell;
    private final OfficeDomain origin;
    private Stage stage = Stage.STARTING;
    private @Nullable Problem problem;
    private @Nullable SealedMemory sealed;
    private SealedMemory.Lock lock = new SealedMemory.Lock.BrowserKey();
    private @Nullable Secret key;
    private @Nullable Memory memory;
    private Enrolling enrolling;
    private List<String> words = List.of();
    private @Nullable Enrolment asked;
    private @Nullable Ready ready;

    /** How far this phone has come, as its screens know it. */
    public enum Stage {
        STARTING,
        LOCKED,
        NO_IDENTITY,
        ENROLLING,
        WAITING_FOR_APPROVAL,
        READY,
        FAILED
    }

    /** What a person asked for and still waits for. */
    private record Enrolment(int deed, String deviceName) {}

    /** The parts of an enrolled phone. */
    static final class Ready {
        final HybridKeyPair device;
        final DeviceId deviceId;
        final OfficeDomain office;
        final OfficeTrust trust;
        final KnownOffices offices;
        final OfficeSession session;
        final Directory directory;
        final People people;
        final DeviceLinks linking;
        final Lines lines;
        final Calls calls;
        /** The person is taking this device out, and waits for it. */
        @Nullable
        Integer leaving;

        boolean isGone;
        /** The key of which the person said that its words are not the operator's; empty at first. */
        Bytes officeDiffers = Bytes.EMPTY;

        private Ready(
                HybridKeyPair device,
                DeviceId deviceId,
                OfficeDomain office,
                OfficeTrust trust,
                KnownOffices offices,
                OfficeSession session,
                Directory directory,
                People people,
                DeviceLinks linking,
                Lines lines,
                Calls calls) {
            this.device = device;
            this.deviceId = deviceId;
            this.office = office;
            this.trust = trust;
            this.offices = offices;
            this.session = session;
            this.directory = directory;
            this.people = people;
            this.linking = linking;
            this.lines = lines;
            this.calls = calls;
        }
    }

    /**
     * A phone of the page that the office at {@code origin} served.
     *
     * @param random from {@code crypto.getRandomValues}
     */
    public BrowserPhone(Primitives primitives, RandomBytes random, OfficeDomain origin) {
        this.shell = new Shell(primitives, random);
        this.origin = origin;
        this.enrolling = new Enrolling(shell, new EnrollingHeard());
    }

    /** Takes one input. {@code nowMillis} is the time of day in milliseconds since 1970; it may jump. */
    public void handle(PhoneInput input, long nowMillis) {
        shell.advance(nowMillis);
        runTimers();
        switch (input) {
            case PhoneInput.Start(Bytes stored) -> start(stored);
            case PhoneInput.Unlock unlock -> unlock(unlock);
            case PhoneInput.LookAt(int deed, String link) -> lookAt(deed, link);
            case PhoneInput.Enrol enrol -> enrol(enrol);
            case PhoneInput.Abandon(int deed) -> abandon(deed);
            case PhoneInput.Answered(int request, int status, Bytes body) -> shell.answered(request, status, body);
            case PhoneInput.Stored(long version) -> stored(version);
            case PhoneInput.StoreFailed() -> storeFailed();
            case PhoneInput.Tick() -> {}
            case PhoneInput.Opened _,
                    PhoneInput.Received _,
                    PhoneInput.Closed _,
                    PhoneInput.NetworkChanged _,
                    PhoneInput.Call _,
                    PhoneInput.Answer _,
                    PhoneInput.Decline _,
                    PhoneInput.SendToDesk _,
                    PhoneInput.HangUp _,
                    PhoneInput.WordsMatch _,
                    PhoneInput.Dismiss _,
                    PhoneInput.RenameDevice _,
                    PhoneInput.RemoveDevice _,
                    PhoneInput.OpenLink _,
                    PhoneInput.Vouch _,
                    PhoneInput.CompareOffice _,
                    PhoneInput.OfLines _,
                    PhoneInput.MediaOffered _,
                    PhoneInput.MediaFailed _,
                    PhoneInput.MediaHeard _ -> whenReady(input);
        }
        flush();
    }

    /** The next output, or null when all have been taken. */
    public @Nullable PhoneOutput poll() {
        return shell.poll();
    }

    /** When to come back with a {@link PhoneInput.Tick} at the latest, in the time of {@link #handle}, or {@link #NEVER}. */
    public long nextTimeout() {
        long first = enrolling.due();
        Ready now = ready;
        if (now != null) {
            first = Math.min(first, Math.min(now.session.due(), now.calls.due()));
            first = now.directory.isBusy() ? shell.elapsed() : first;
        }
        return first == NEVER ? NEVER : shell.now() + Math.max(0, first - shell.elapsed());
    }

    /** What the screens show: one JSON object, {@code Snapshot} of {@code model.ts}. */
    public String snapshot() {
        return SnapshotJson.of(this, shell.now());
    }

    Stage stage() {
        return stage;
    }

    Primitives primitives() {
        return shell.primitives;
    }

    @Nullable
    Problem problem() {
        return problem;
    }

    List<String> words() {
        return words;
    }

    SealedMemory.Lock lock() {
        return lock;
    }

    @Nullable
    Memory memory() {
        return memory;
    }

    @Nullable
    Ready ready() {
        return ready;
    }

    private void runTimers() {
        enrolling.run();
        Ready now = ready;
        if (now != null) {
            now.session.run();
            now.people.run();
            now.calls.run();
        }
    }

    /** At the end of an input: what it changed is stored once, and drawn once. */
    private void flush() {
        Memory kept = memory;
        long version = kept == null ? 0 : shell.takeVersionToStore();
        if (kept != null && version != 0) {
            shell.emit(
                    new PhoneOutput.Store(version, SealedMemory.seal(shell.primitives, shell.random, lock, key, kept)));
        }
        if (shell.takeChanged()) {
            shell.emit(new PhoneOutput.Changed());
        }
    }

    private void move(Stage next, @Nullable Problem why) {
        stage = next;
        problem = why;
        shell.changed();
    }

    // The store.

    private void start(Bytes stored) {
        if (stage != Stage.STARTING) {
            throw new IllegalArgumentException("started before");
        }
        if (stored.isEmpty()) {
            move(Stage.NO_IDENTITY, null);
            return;
        }
        try {
            SealedMemory read = SealedMemory.decode(stored);
            lock = read.lock();
            switch (lock) {
                case SealedMemory.Lock.BrowserKey() -> open(read.open(shell.primitives, null));
                case SealedMemory.Lock.Passphrase _ -> {
                    sealed = read;
                    move(Stage.LOCKED, null);
                }
                case SealedMemory.Lock.Passkey(Bytes salt, Bytes credential) -> {
                    sealed = read;
                    move(Stage.LOCKED, null);
                    shell.emit(new PhoneOutput.NeedPasskey(credential, salt));
                }
            }
        } catch (DecodeException | CryptoException e) {
            move(Stage.FAILED, Problem.CORE_FAILED);
        }
    }

    private void unlock(PhoneInput.Unlock unlock) {
        SealedMemory closed = sealed;
        if (stage != Stage.LOCKED || closed == null) {
            shell.failed(unlock.deed(), Problem.NOT_NOW);
            return;
        }
        Secret made = SealedMemory.keyOf(shell.primitives, closed.lock(), unlock.brought());
        unlock.brought().erase();
        try {
            Memory opened = closed.open(shell.primitives, made);
            key = made;
            sealed = null;
            open(opened);
            shell.done(unlock.deed());
        } catch (CryptoException e) {
            eraseUnused(made);
            boolean isPasskey = closed.lock() instanceof SealedMemory.Lock.Passkey;
            problem = isPasskey ? Problem.PASSKEY_REFUSED : Problem.PASSPHRASE_WRONG;
            shell.changed();
            shell.failed(unlock.deed(), problem);
        } catch (DecodeException e) {
            eraseUnused(made);
            move(Stage.FAILED, Problem.CORE_FAILED);
            shell.failed(unlock.deed(), Problem.CORE_FAILED);
        }
    }

    /** A passphrase that is wrong here may be somebody's right one elsewhere, and so may its key. */
    private static void eraseUnused(@Nullable Secret made) {
        if (made != null) {
            made.erase();
        }
    }

    private void open(Memory opened) {
        memory = opened;
        switch (opened.stage()) {
            case Memory.Stage.Enrolling _, Memory.Stage.Linking _ -> {
                move(Stage.ENROLLING, null);
                enrolling.resume(opened);
            }
            case Memory.Stage.Enrolled enrolled -> begin(opened, enrolled);
        }
    }

    private void stored(long version) {
        if (problem == Problem.STORAGE_REFUSED) {
            problem = null;
            shell.changed();
        }
        shell.stored(version);
    }

    /** What was to be kept is not: nothing that depends on it is done, and the next change tries again. */
    private void storeFailed() {
        problem = Problem.STORAGE_REFUSED;
        shell.changed();
        Enrolment waiting = asked;
        if (stage == Stage.ENROLLING && waiting != null) {
            asked = null;
            shell.failed(waiting.deed(), Problem.STORAGE_REFUSED);
            forgetEverything(Problem.STORAGE_REFUSED);
        }
    }

    // Enrolling.

    private void lookAt(int deed, String link) {
        Enrolling.Failed failed = why -> shell.failed(deed, why);
        try {
            if (isDeviceLink(link)) {
                DeviceLink parsed = DeviceLink.parse(link);
                requireOrigin(parsed.domain());
                shell.done(deed, SnapshotJson.invited("further-device", "", "", parsed.domain()));
            } else {
                Invitation parsed = Invitation.parse(link);
                requireOrigin(parsed.domain());
                enrolling.lookAt(
                        parsed,
                        (name, title) -> shell.done(deed, SnapshotJson.invited("person", name, title, parsed.domain())),
                        failed);
            }
        } catch (DecodeException e) {
            shell.failed(deed, Problem.INVITATION_MALFORMED);
        }
    }

    private void enrol(PhoneInput.Enrol enrol) {
        if (stage != Stage.NO_IDENTITY || !Memory.isDeviceName(enrol.deviceName())) {
            shell.failed(enrol.deed(), Problem.NOT_NOW);
            return;
        }
        try {
            // A page can talk to the office that served it and to no other.
            if (isDeviceLink(enrol.link())) {
                DeviceLink parsed = DeviceLink.parse(enrol.link());
                requireOrigin(parsed.domain());
                enrolling.begin(parsed);
            } else {
                Invitation parsed = Invitation.parse(enrol.link());
                requireOrigin(parsed.domain());
                enrolling.begin(parsed);
            }
        } catch (DecodeException e) {
            shell.failed(enrol.deed(), Problem.INVITATION_MALFORMED);
            return;
        }
        protect(enrol.protection());
        asked = new Enrolment(enrol.deed(), enrol.deviceName());
        move(Stage.ENROLLING, null);
    }

    private static boolean isDeviceLink(String link) {
        return link.indexOf("/link#") >= 0;
    }

    private void requireOrigin(OfficeDomain domain) throws DecodeException {
        if (!domain.equals(origin)) {
            throw new DecodeException("a link of another office");
        }
    }

    private void protect(Protection protection) {
        lock = switch (protection) {
            case Protection.BrowserKey() -> new SealedMemory.Lock.BrowserKey();
            case Protection.Passphrase _ ->
                new SealedMemory.Lock.Passphrase(
                        Bytes.of(shell.random.next(SealedMemory.SALT_LENGTH)), Argon2Cost.STANDARD);
            case Protection.Passkey passkey -> new SealedMemory.Lock.Passkey(passkey.salt(), passkey.credential());
        };
        key = switch (protection) {
            case Protection.BrowserKey() -> null;
            case Protection.Passphrase passphrase -> SealedMemory.keyOf(shell.primitives, lock, passphrase.utf8());
            case Protection.Passkey passkey -> SealedMemory.keyOf(shell.primitives, lock, passkey.output());
        };
    }

    private void abandon(int deed) {
        if (stage != Stage.LOCKED && stage != Stage.ENROLLING && stage != Stage.WAITING_FOR_APPROVAL) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        sealed = null;
        forgetEverything(null);
        shell.done(deed);
    }

    private void forgetEverything(@Nullable Problem why) {
        enrolling.stop();
        shell.forgetWaiting();
        Memory kept = memory;
        if (kept != null) {
            kept.deviceSeed.erase();
        }
        memory = null;
        if (key != null) {
            key.erase();
            key = null;
        }
        lock = new SealedMemory.Lock.BrowserKey();
        words = List.of();
        shell.emit(new PhoneOutput.Erase());
        move(Stage.NO_IDENTITY, why);
    }

    private final class EnrollingHeard implements Enrolling.Listener {
        @Override
        public void begun(Memory begun) {
            memory = begun;
            Enrolment waiting = asked;
            if (waiting != null) {
                HybridKeyPair device = HybridKeyPair.fromSeed(shell.primitives, begun.deviceSeed);
                begun.name(new DeviceId(device.publicKey().keyHash(shell.primitives)), waiting.deviceName());
            }
            shell.remember();
            shell.afterwards(() -> enrolling.resume(begun));
        }

        @Override
        public void words(List<String> shown) {
            words = shown;
            move(Stage.WAITING_FOR_APPROVAL, null);
            Enrolment waiting = asked;
            if (waiting != null) {
                asked = null;
                shell.done(waiting.deed());
            }
        }

        @Override
        public void enrolled(VerifiedChain chain, PeerKeys office) {
            Memory kept = memory;
            if (kept == null) {
                throw new IllegalStateException("enrolled without keys");
            }
            Memory.Stage.Enrolled next = new Memory.Stage.Enrolled(office, chain.wire());
            kept.move(next);
            shell.remember();
            shell.afterwards(() -> begin(kept, next));
        }

        @Override
        public void failed(Problem why, boolean isFinal) {
            Enrolment waiting = asked;
            if (waiting != null) {
                asked = null;
                shell.failed(waiting.deed(), why);
            }
            if (isFinal) {
                forgetEverything(why);
            } else {
                problem = why;
                shell.changed();
            }
        }
    }

    // The enrolled phone.

    private void begin(Memory kept, Memory.Stage.Enrolled enrolled) {
        OfficeTrust trust = new OfficeTrust(shell.primitives, enrolled.office());
        KnownOffices offices = new KnownOffices(shell.primitives, trust::keys);
        VerifiedChain own;
        try {
            own = enrolled.chain().verify(shell.primitives, offices);
        } catch (IdentityException e) {
            move(Stage.FAILED, Problem.CORE_FAILED);
            return;
        }
        HybridKeyPair device = HybridKeyPair.fromSeed(shell.primitives, kept.deviceSeed);
        DeviceId deviceId = new DeviceId(device.publicKey().keyHash(shell.primitives));
        if (own.device(deviceId) == null) {
            device.erase();
            forgetEverything(Problem.DEVICE_REMOVED);
            return;
        }
        Heard heard = new Heard();
        OfficeSession session = new OfficeSession(shell, trust, own.principal(), device, heard);
        Directory directory = new Directory(shell.primitives, offices, own);
        HybridPublicKey vouches =
                offices.find(own.genesis().officeDomain(), own.genesis().officeKey());
        if (vouches == null) {
            throw new IllegalStateException("a chain that was verified under no key");
        }
        LineOwner owner =
                new LineOwner(shell.primitives, shell.random, device, vouches, offices, directory::own, _ -> {});
        Lines lines = new Lines(shell, session, owner, heard);
        ready = new Ready(
                device,
                deviceId,
                trust.domain(),
                trust,
                offices,
                session,
                directory,
                new People(shell, session, directory, heard),
                new DeviceLinks(shell, session, offices, device, heard),
                lines,
                new Calls(shell, session, offices, kept, own, device, lines));
        words = List.of();
        move(Stage.READY, null);
        session.run();
    }

    private Ready requireReady() {
        Ready now = ready;
        if (now == null) {
            throw new IllegalStateException("not enrolled");
        }
        return now;
    }

    private void whenReady(PhoneInput input) {
        Ready now = ready;
        if (now == null) {
            Integer deed = PhoneInput.deedOf(input);
            if (deed != null) {
                shell.failed(deed, Problem.NOT_NOW);
            }
            return;
        }
        switch (input) {
            case PhoneInput.Opened(int connection) -> now.session.opened(connection);
            case PhoneInput.Received(int connection, Bytes message) -> now.session.received(connection, message);
            case PhoneInput.Closed(int connection) -> now.session.closed(connection);
            case PhoneInput.NetworkChanged() -> now.session.reconnect();
            case PhoneInput.Call(int deed, PrincipalId person) -> call(now, deed, person);
            case PhoneInput.Answer(int deed, CallId call) -> now.calls.answer(deed, call);
            case PhoneInput.Decline(CallId call) -> now.calls.decline(call);
            case PhoneInput.SendToDesk(int deed, CallId call) -> now.calls.sendToDesk(deed, call);
            case PhoneInput.HangUp(CallId call) -> now.calls.hangUp(call);
            case PhoneInput.WordsMatch(CallId call, boolean match) -> now.calls.wordsMatch(call, match);
            case PhoneInput.Dismiss(CallId call) -> now.calls.dismiss(call);
            case PhoneInput.RenameDevice(int deed, DeviceId device, String name) -> rename(now, deed, device, name);
            case PhoneInput.RemoveDevice(int deed, DeviceId device) -> remove(now, deed, device);
            case PhoneInput.OpenLink(int deed) ->
                now.linking.openLink(deed, now.office, now.trust.officeKey(), now.directory.own());
            case PhoneInput.Vouch(int deed, boolean accept) -> now.linking.vouch(deed, accept, now.directory.own());
            case PhoneInput.CompareOffice(int deed, Bytes officeKey, boolean match) ->
                compareOffice(now, deed, officeKey, match);
            case PhoneInput.OfLines(int deed, LineDeed what) -> now.lines.act(deed, what);
            case PhoneInput.MediaOffered(MediaJoin join) -> now.calls.mediaOffered(join);
            case PhoneInput.MediaFailed(CallId call) -> now.calls.mediaFailed(call);
            case PhoneInput.MediaHeard(CallId call) -> now.calls.mediaHeard(call);
            case PhoneInput.Start _,
                    PhoneInput.Unlock _,
                    PhoneInput.LookAt _,
                    PhoneInput.Enrol _,
                    PhoneInput.Abandon _,
                    PhoneInput.Answered _,
                    PhoneInput.Stored _,
                    PhoneInput.StoreFailed _,
                    PhoneInput.Tick _ -> throw new IllegalStateException("dealt with before");
        }
    }

    private void call(Ready now, int deed, PrincipalId person) {
        VerifiedChain contact = now.directory.find(person);
        if (contact == null) {
            now.lines.call(deed, person);
        } else {
            now.calls.dial(deed, contact);
        }
    }

    private void rename(Ready now, int deed, DeviceId device, String name) {
        Memory kept = memory;
        if (kept == null || now.directory.own().device(device) == null || !Memory.isDeviceName(name)) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        kept.name(device, name);
        shell.remember();
        shell.changed();
        shell.afterwards(() -> shell.done(deed));
    }

    private void remove(Ready now, int deed, DeviceId device) {
        if (now.leaving != null) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        if (!device.equals(now.deviceId)) {
            now.linking.revoke(deed, device, now.directory.own());
            return;
        }
        now.calls.hangUpAll();
        now.leaving = deed;
        if (now.directory.own().devices().size() == 1) {
            leave(now, null);
        } else {
            // Its keys go, whatever the office says.
            now.linking.revoke(device, now.directory.own(), () -> leave(now, null));
        }
    }

    /** This device is nobody's any more: nothing of it is kept. */
    private void leave(Ready now, @Nullable Problem why) {
        if (now.isGone) {
            return;
        }
        now.isGone = true;
        now.session.close();
        now.lines.close();
        now.device.erase();
        ready = null;
        Integer deed = now.leaving;
        forgetEverything(deed == null ? why : null);
        if (deed != null) {
            shell.done(deed);
        }
    }

    private void adopt(VerifiedChain grown) {
        Ready now = requireReady();
        if (!now.directory.ownIs(grown)) {
            return;
        }
        if (grown.device(now.deviceId) == null) {
            now.calls.ownChainIs(grown);
            leave(now, Problem.DEVICE_REMOVED);
            return;
        }
        Memory kept = memory;
        if (kept != null && kept.stage() instanceof Memory.Stage.Enrolled enrolled) {
            kept.move(new Memory.Stage.Enrolled(enrolled.office(), grown.wire()));
            shell.remember();
        }
        now.calls.ownChainIs(grown);
        shell.changed();
    }

    private void remember(PeerKeys office) {
        Memory kept = memory;
        if (kept != null
                && kept.stage() instanceof Memory.Stage.Enrolled enrolled
                && !enrolled.office().equals(office)) {
            kept.move(new Memory.Stage.Enrolled(office, enrolled.chain()));
            shell.remember();
            shell.changed();
        }
    }

    /** What the person found on comparing words with whoever runs the office. */
    private void compareOffice(Ready now, int deed, Bytes officeKey, boolean match) {
        if (!match) {
            now.officeDiffers = officeKey;
            shell.changed();
            shell.done(deed);
        } else if (officeKey.equals(now.officeDiffers) || !now.trust.compared(officeKey, shell.now())) {
            shell.failed(deed, Problem.NOT_NOW);
        } else {
            remember(now.trust.keys());
            now.session.reconnect();
            shell.afterwards(() -> shell.done(deed));
        }
    }

    /** What the parts of an enrolled phone tell. */
    private final class Heard implements OfficeSession.Listener, People.Listener, DeviceLinks.Listener, Lines.Listener {
        @Override
        public void up() {
            Ready now = requireReady();
            now.calls.sessionIsUp();
            now.linking.sessionIsUp();
            now.people.read();
        }

        @Override
        public void down() {
            requireReady().calls.sessionIsDown();
        }

        @Override
        public void said(FromOffice content) {
            Ready now = requireReady();
            switch (content) {
                case FromOffice.Deliver(Delivery delivery) -> now.calls.arrived(delivery);
                case FromOffice.LinkArrived(LinkRequest request) -> now.linking.arrived(request);
                case FromOffice.LineNews(Bytes news) -> lineNews(now, news);
                case FromOffice.PersonNews(UnverifiedChain chain) -> {
                    now.directory.changed(chain);
                    now.people.told();
                }
                case FromOffice.MediaLost(CallId call) -> now.calls.placeIsGone(call);
                case FromOffice.OfficeHello _, FromOffice.Authenticated _, FromOffice.Response _, FromOffice.Pong _ ->
                    throw new IllegalStateException("dealt with by the session");
            }
        }

        @Override
        public void officeIs(PeerKeys keys) {
            remember(keys);
        }

        @Override
        public void grown(VerifiedChain own) {
            adopt(own);
        }

        @Override
        public void revoked(VerifiedChain chain) {
            requireReady().calls.learned(chain);
        }

        @Override
        public void missing(List<SignedStatement> statements) {
            requireReady().linking.restore(statements);
        }

        @Override
        public void guardChanged(LineGuard guard) {
            requireReady().calls.guardIs(guard);
        }

        @Override
        public void officeKnown(LineChange.OfficeKnown office) {
            requireReady().offices.learn(office.office(), office.key(), OfficeStanding.AUTHENTICATED);
        }

        @Override
        public @Nullable VerifiedChain person(PrincipalId person) {
            return requireReady().directory.find(person);
        }

        @Override
        public void dial(int deed, VerifiedChain issuer, LineSecret line) {
            requireReady().calls.dialByLine(deed, issuer, line);
        }
    }

    private static void lineNews(Ready now, Bytes news) {
        try {
            now.lines.news(LineNews.decode(news));
        } catch (DecodeException e) {
            // The office sent what is none; the next session reads everything anyway.
            return;
        }
    }

    /** Everybody who can be called. */
    List<VerifiedChain> people() {
        Ready now = ready;
        return now == null ? new ArrayList<>() : now.directory.people();
    }
}
