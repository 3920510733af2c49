package org.whodis.web.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.KnownOffices;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/**
 * The device's side of enrolment and of linking (protocol section 3), one request after another.
 *
 * <pre>
 *   Invitation: descriptor --&gt; open --&gt; [remembered] --&gt; commit --&gt; reveal --&gt; words --&gt; poll until decided
 *   Link:       descriptor --&gt;          [remembered] --&gt; request          --&gt; words --&gt; poll until decided
 * </pre>
 *
 * <p>The keys are remembered before anything is said that cannot be said twice: a page that was closed at any step goes on
 * from there ({@link #resume}), since an office gives the same answer to the same step.
 */
final class Enrolling {
    static final long NEVER = Long.MAX_VALUE;

    private static final int OK = 200;
    private static final long POLL_MILLIS = 1_000;

    /** After a failure of the network. */
    private static final long RETRY_MILLIS = 3_000;

    private static final String DESCRIPTOR = "/.well-known/whodis";

    private final Shell shell;
    private final Listener listener;
    private long pollAt = NEVER;
    private @Nullable Runnable poll;

    /** What the phone has to do. */
    interface Listener {
        /** Before the office is told of it: to be remembered; then {@link #resume}. */
        void begun(Memory memory);

        /** For the person to read to the operator, or to compare with the other device's. */
        void words(List<String> words);

        void enrolled(VerifiedChain chain, PeerKeys office);

        /** It came to nothing; what was begun is over if {@code isFinal}. */
        void failed(Problem problem, boolean isFinal);
    }

    private interface Body {
        void read(Bytes body) throws DecodeException;
    }

    Enrolling(Shell shell, Listener listener) {
        this.shell = shell;
        this.listener = listener;
    }

    /** Looks at an invitation without using it; {@code told} gets name and title. */
    void lookAt(Invitation invitation, LookedAt told, Failed failed) {
        descriptor(
                invitation.domain(),
                invitation.officeKey(),
                office -> open(invitation, opened -> told.is(opened.name(), opened.title()), failed),
                failed);
    }

    interface LookedAt {
        void is(String name, String title);
    }

    interface Failed {
        void because(Problem problem);
    }

    private interface Believed {
        void is(OfficeDescriptor office);
    }

    private interface Opened {
        void is(Enrolment.Opened opened);
    }

    void begin(Invitation invitation) {
        Failed failed = problem -> listener.failed(problem, true);
        descriptor(
                invitation.domain(),
                invitation.officeKey(),
                office -> open(invitation, opened -> create(invitation, office, opened), failed),
                failed);
    }

    private void create(Invitation invitation, OfficeDescriptor office, Enrolment.Opened opened) {
        HybridKeyPair device = HybridKeyPair.generate(shell.primitives, shell.random);
        Bytes genesis = new Genesis(
                        office.domain(),
                        invitation.officeKey(),
                        device.publicKey(),
                        DeviceKind.BROWSER,
                        opened.name(),
                        opened.title(),
                        shell.now(),
                        Bytes.of(shell.random.next(Genesis.NONCE_LENGTH)))
                .encode();
        Bytes nonce = Bytes.of(shell.random.next(Enrolment.NONCE_LENGTH));
        listener.begun(
                new Memory(device.seed(), new Memory.Stage.Enrolling(invitation, office.officeKey(), genesis, nonce)));
    }

    void begin(DeviceLink link) {
        Failed failed = problem -> listener.failed(problem, true);
        descriptor(
                link.domain(),
                link.officeKey(),
                office -> {
                    HybridKeyPair device = HybridKeyPair.generate(shell.primitives, shell.random);
                    LinkRequest request =
                            LinkRequest.create(shell.primitives, shell.random, link, device, DeviceKind.BROWSER);
                    listener.begun(
                            new Memory(device.seed(), new Memory.Stage.Linking(link, office.officeKey(), request)));
                },
                failed);
    }

    /** Goes on with what was begun, here or before the page was closed. */
    void resume(Memory memory) {
        HybridKeyPair device = HybridKeyPair.fromSeed(shell.primitives, memory.deviceSeed);
        switch (memory.stage()) {
            case Memory.Stage.Enrolling enrolling -> commit(enrolling, device);
            case Memory.Stage.Linking linking -> request(linking, device);
            case Memory.Stage.Enrolled _ -> throw new IllegalStateException("enrolled already");
        }
    }

    private void commit(Memory.Stage.Enrolling stage, HybridKeyPair device) {
        Bytes commitment = Enrolment.commitment(shell.primitives, stage.genesis(), stage.deviceNonce());
        post(
                "/v1/enrol/commit",
                new Enrolment.Commit(stage.invitation().secret(), commitment).encode(),
                body -> reveal(stage, device, Enrolment.Committed.decode(body).officeNonce()),
                () -> commit(stage, device));
    }

    private void reveal(Memory.Stage.Enrolling stage, HybridKeyPair device, Bytes officeNonce) {
        HybridSignature byDevice =
                device.sign(shell.primitives, SignedGenesis.BY_DEVICE, stage.genesis(), shell.random);
        post(
                "/v1/enrol/reveal",
                new Enrolment.Reveal(stage.invitation().secret(), stage.genesis(), byDevice, stage.deviceNonce())
                        .encode(),
                body -> {
                    listener.words(
                            Enrolment.words(shell.primitives, stage.genesis(), stage.deviceNonce(), officeNonce));
                    pollSoon(() -> poll(stage));
                },
                () -> reveal(stage, device, officeNonce));
    }

    private void poll(Memory.Stage.Enrolling stage) {
        Invitation invitation = stage.invitation();
        post(
                "/v1/enrol/poll",
                new Enrolment.Ask(invitation.secret()).encode(),
                body -> {
                    Enrolment.Polled polled = Enrolment.Polled.decode(body);
                    SignedGenesis signed = polled.genesis();
                    if (polled.state() == Enrolment.State.REFUSED) {
                        listener.failed(Problem.ENROLMENT_REFUSED, true);
                    } else if (signed == null) {
                        pollSoon(() -> poll(stage));
                    } else if (!signed.genesis().equals(stage.genesis())) {
                        listener.failed(Problem.OFFICE_OF_OLDER_RELEASE, true);
                    } else {
                        finish(new UnverifiedChain(signed, List.of()), invitation.domain(), stage.officeKey(), null);
                    }
                },
                () -> poll(stage));
    }

    private void request(Memory.Stage.Linking stage, HybridKeyPair device) {
        post(
                "/v1/link/request",
                stage.request().encode(),
                body -> {
                    listener.words(stage.request().words(shell.primitives));
                    pollSoon(() -> poll(stage, device));
                },
                () -> request(stage, device));
    }

    private void poll(Memory.Stage.Linking stage, HybridKeyPair device) {
        DeviceLink link = stage.link();
        post(
                "/v1/link/poll",
                new Enrolment.LinkAsk(link.id(shell.primitives)).encode(),
                body -> {
                    Enrolment.LinkPolled polled = Enrolment.LinkPolled.decode(body);
                    UnverifiedChain chain = polled.chain();
                    if (polled.state() == Enrolment.State.REFUSED) {
                        listener.failed(Problem.ENROLMENT_REFUSED, true);
                    } else if (chain == null) {
                        pollSoon(() -> poll(stage, device));
                    } else {
                        finish(chain, link.domain(), stage.officeKey(), new Expected(link, device));
                    }
                },
                () -> poll(stage, device));
    }

    private record Expected(DeviceLink link, HybridKeyPair device) {
        boolean isIn(VerifiedChain chain) {
            boolean mine = false;
            for (var each : chain.devices()) {
                mine |= each.key().equals(device.publicKey());
            }
            return mine && chain.principal().equals(link.principal());
        }
    }

    /** The chain may have begun under a key that the office has left; the one that it has now says so. */
    private void finish(
            UnverifiedChain chain, OfficeDomain domain, HybridPublicKey officeKey, @Nullable Expected expected) {
        Bytes hash = officeKey.keyHash(shell.primitives);
        Runnable again = () -> finish(chain, domain, officeKey, expected);
        descriptor(
                domain,
                hash,
                office -> shell.ask(OfficeSession.ROTATIONS, null, (status, body) -> {
                    if (status == 0) {
                        tryAgain(Problem.OFFICE_UNREACHABLE, again);
                        return;
                    }
                    PeerKeys known = PeerKeys.first(domain, officeKey, hash, office.recoveryKey(), shell.now())
                            .preceded(shell.primitives, OfficeSession.rotations(status, body));
                    conclude(chain, known, expected);
                }),
                // What is confirmed is not given up for whoever may be in between now.
                why -> tryAgain(why, again));
    }

    private void conclude(UnverifiedChain chain, PeerKeys office, @Nullable Expected expected) {
        VerifiedChain verified;
        try {
            verified = chain.verify(shell.primitives, new KnownOffices(shell.primitives, () -> office));
        } catch (IdentityException e) {
            listener.failed(Problem.OFFICE_OF_OLDER_RELEASE, true);
            return;
        }
        if (expected != null && !expected.isIn(verified)) {
            listener.failed(Problem.OFFICE_OF_OLDER_RELEASE, true);
            return;
        }
        listener.enrolled(verified, office);
    }

    private void descriptor(OfficeDomain domain, Bytes officeKey, Believed then, Failed failed) {
        shell.ask(DESCRIPTOR, null, (status, body) -> {
            if (status != OK) {
                failed.because(Problem.OFFICE_UNREACHABLE);
                return;
            }
            try {
                OfficeDescriptor office = OfficeSession.believe(
                        shell, WireReader.decode(body, SignedOfficeDescriptor::read), domain, officeKey);
                if (office == null) {
                    failed.because(Problem.NOT_THE_OFFICE);
                } else {
                    then.is(office);
                }
            } catch (DecodeException e) {
                failed.because(Problem.OFFICE_OF_OLDER_RELEASE);
            }
        });
    }

    private void open(Invitation invitation, Opened then, Failed failed) {
        shell.ask("/v1/enrol/open", new Enrolment.Ask(invitation.secret()).encode(), (status, body) -> {
            if (status != OK) {
                failed.because(problemOf(status, body));
                return;
            }
            try {
                Enrolment.Opened opened = Enrolment.Opened.decode(body);
                if (opened.expiresAt() < shell.now() || !opened.domain().equals(invitation.domain())) {
                    failed.because(Problem.INVITATION_EXPIRED);
                } else {
                    then.is(opened);
                }
            } catch (DecodeException e) {
                failed.because(Problem.OFFICE_OF_OLDER_RELEASE);
            }
        });
    }

    private static Problem problemOf(int status, Bytes body) {
        if (status == 0 || status >= 500) {
            return Problem.OFFICE_UNREACHABLE;
        }
        return switch (OfficeSession.codeOf(body)) {
            // One answer for an invitation that expired, was used or never was.
            case Refusal.NOT_KNOWN, Refusal.EXPIRED -> Problem.INVITATION_EXPIRED;
            // Another device has committed to its key.
            case Refusal.CONFLICT -> Problem.INVITATION_USED;
            case Refusal.NOT_ALLOWED -> Problem.ENROLMENT_REFUSED;
            default -> Problem.OFFICE_UNREACHABLE;
        };
    }

    /** A step of what was begun; {@code again} is for when the network or the office was away. */
    private void post(String path, Bytes body, Body then, Runnable again) {
        shell.ask(path, body, (status, answer) -> {
            if (status == OK) {
                try {
                    then.read(answer);
                } catch (DecodeException e) {
                    listener.failed(Problem.OFFICE_OF_OLDER_RELEASE, true);
                }
                return;
            }
            Problem problem = problemOf(status, answer);
            if (problem == Problem.OFFICE_UNREACHABLE) {
                tryAgain(problem, again);
            } else {
                listener.failed(problem, true);
            }
        });
    }

    private void tryAgain(Problem problem, Runnable again) {
        listener.failed(problem, false);
        pollAt = shell.elapsed() + RETRY_MILLIS;
        poll = again;
    }

    private void pollSoon(Runnable next) {
        pollAt = shell.elapsed() + POLL_MILLIS;
        poll = next;
    }

    /** Nothing that was asked is of interest any more. */
    void stop() {
        shell.forgetAsked();
        poll = null;
        pollAt = NEVER;
    }

    long due() {
        return pollAt;
    }

    void run() {
        Runnable next = poll;
        if (next != null && pollAt <= shell.elapsed()) {
            poll = null;
            pollAt = NEVER;
            next.run();
        }
    }
}
