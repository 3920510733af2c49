package org.whodis.app.demo;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.whodis.app.Whodis;
import org.whodis.app.report.Facts;
import org.whodis.app.report.ReportFiles;
import org.whodis.app.wire.WirePacket;
import org.whodis.app.wire.WireTap;
import org.whodis.core.call.CallView;
import org.whodis.core.call.Peer;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.message.CallId;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.phone.Contact;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.cli.Wording;
import org.whodis.phone.keystore.KeystoreException;
import org.whodis.phone.media.MediaReport;
import org.whodis.phone.signalling.TlsPeer;

/** The whole demonstration, from an empty folder to a report. */
final class Demo {
    private static final String NAME_A = "Marit Solheim";
    private static final String TITLE_A = "Prime Minister of Vestmark";
    private static final String NAME_B = "Tomás Arrieta";
    private static final String TITLE_B = "Foreign Secretary of Aldera";
    private static final String NAME_C = "Ingrid Holm";
    private static final String TITLE_C = "Minister of Defence of Vestmark";
    private static final String NAME_D = "Vic Vance";
    private static final String TITLE_D = "Press Secretary of Vestmark";

    private static final String NOTE_A = "given to " + NAME_A + " at the summit";
    private static final String NOTE_C = "given to " + NAME_C;

    /** Four words of eleven bits (protocol section 5). */
    private static final int WORD_BITS = 44;

    /** A person looks at the screen before tapping "answer". */
    private static final long LOOK_MILLIS = 700;

    private static final long BREATH_NANOS = 300_000_000L;

    /** B begins this long after A, so that the call has one voice, both voices and the other voice. */
    private static final double SECOND_VOICE_SECONDS = 4;

    private static final double MAX_DEFAULT_SECONDS = 60;
    private static final int SETTLE_MILLIS = 200;

    private final DemoOptions options;
    private final Narrator narrator;
    private final Stopwatch watch = new Stopwatch();
    private final Map<String, WireTap> taps = new ConcurrentHashMap<>();
    /** In front of each office's relay for what comes from the other's, by the other's domain. */
    private final Map<String, WireTap> trunkTaps = new ConcurrentHashMap<>();

    Demo(DemoOptions options, Narrator narrator) {
        this.options = options;
        this.narrator = narrator;
    }

    /** Runs everything and says whether every promise held. */
    boolean run() throws DemoException {
        Speech a = Speech.read(options.speechA(), "sense-and-sensibility.wav");
        Speech b = Speech.read(options.speechB(), "go-forward.wav");
        boolean held;
        try (Cleanup cleanup = new Cleanup()) {
            held = new Run(cleanup, a, b).run();
        } catch (IOException e) {
            throw new DemoException("The demonstration failed: " + e.getMessage(), e);
        }
        if (!options.headless()
                && Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false)) {
            letPeopleCall();
        }
        return held;
    }

    /** Two people with two browsers, for as long as they like. */
    private void letPeopleCall() throws DemoException {
        try (Cleanup cleanup = new Cleanup()) {
            Path folder = Files.createTempDirectory("whodis-demo-");
            cleanup.add(() -> deleteFolder(folder));
            BrowserStage stage = cleanup.add(BrowserStage.open(folder.resolve("office"), narrator));
            stage.run(
                    List.of(
                            new BrowserStage.Guest(NAME_A, TITLE_A, stage.invite(NAME_A, TITLE_A), "your browser"),
                            new BrowserStage.Guest(
                                    NAME_B,
                                    TITLE_B,
                                    stage.invite(NAME_B, TITLE_B),
                                    "another browser, or in a private window of the same")),
                    new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
        } catch (IOException | OfficeException e) {
            throw new DemoException("The office for two browsers could not be run: " + e.getMessage(), e);
        }
    }

    private final class Run {
        private final Cleanup cleanup;
        private final Speech speechA;
        private final Speech speechB;
        private final Instant startedAt = Instant.now();
        private final long clockOffset =
                TimeUnit.SECONDS.toNanos(startedAt.getEpochSecond()) + startedAt.getNano() - System.nanoTime();
        private final Path folder;
        private final double talkSeconds;

        Run(Cleanup cleanup, Speech speechA, Speech speechB) throws IOException {
            this.cleanup = cleanup;
            this.speechA = speechA;
            this.speechB = speechB;
            this.folder = Files.createTempDirectory("whodis-demo-");
            double needed = Math.max(speechA.sound().seconds(), speechB.sound().seconds() + SECOND_VOICE_SECONDS);
            this.talkSeconds = options.seconds() != null
                    ? options.seconds()
                    : Math.ceil(Math.min(needed + 0.5, MAX_DEFAULT_SECONDS));
        }

        boolean run() throws DemoException, IOException {
            narrator.title("One verified call between two offices, from empty folders to a report.");
            cleanup.add(() -> deleteFolder(folder));
            Primitives primitives = new JdkPrimitives();
            CompletableFuture<DemoPhone> phoneA = phone(NAME_A, "a", primitives, speechA);
            CompletableFuture<DemoPhone> phoneB = phone(NAME_B, "b", primitives, speechB);
            CompletableFuture<DemoPhone> phoneC = phone(NAME_C, "c", primitives, null);
            CompletableFuture<DemoPhone> phoneD = phone(NAME_D, "d", primitives, null);
            Offices offices = startOffices();
            Enrolling a = enrol(offices.a(), cleanup.add(joined(phoneA)), NAME_A, TITLE_A);
            Enrolling b = enrol(offices.b(), cleanup.add(joined(phoneB)), NAME_B, TITLE_B);
            Enrolling c = enrol(offices.a(), cleanup.add(joined(phoneC)), NAME_C, TITLE_C);
            Enrolling d = enrol(offices.a(), cleanup.add(joined(phoneD)), NAME_D, TITLE_D);
            Cast cast = new Cast(confirmed(a), confirmed(b), confirmed(c), confirmed(d));
            watch.lap("enrolment", "Four people invited, enrolled and confirmed", null);
            for (Enrolled each : List.of(cast.a(), cast.b(), cast.c(), cast.d())) {
                each.phone().goOnline();
            }
            watch.lap("online", "All phones connected to their offices and warmed up", null);
            return callAndReport(offices, cast);
        }

        private record Offices(Office a, Office b) {}

        /** A calls B by a line; C has another one of B's; D has heard A's read out. */
        private record Cast(Enrolled a, Enrolled b, Enrolled c, Enrolled d) {}

        private record Enrolling(DemoPhone phone, PendingEnrolment pending) {}

        /** A phone, whose it is, and the words of the enrolment. */
        private record Enrolled(DemoPhone phone, Contact owner, PendingEnrolment enrolment) {
            String device() {
                return owner.chain().devices().getFirst().id().value().hex();
            }
        }

        private CompletableFuture<DemoPhone> phone(
                String name, String sub, Primitives primitives, @Nullable Speech speech) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return new DemoPhone(
                            name, folder.resolve("phone-" + sub), primitives, speech == null ? null : speech.sound());
                } catch (KeystoreException e) {
                    throw new CompletionException(e);
                }
            });
        }

        private DemoPhone joined(CompletableFuture<DemoPhone> phone) throws DemoException {
            try {
                return phone.join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new DemoException("A phone could not be set up: " + cause.getMessage(), cause);
            }
        }

        private Offices startOffices() throws DemoException {
            CompletableFuture<Office> first = CompletableFuture.supplyAsync(() -> startOffice("office-a"));
            CompletableFuture<Office> second = CompletableFuture.supplyAsync(() -> startOffice("office-b"));
            try {
                Offices offices = new Offices(first.join(), second.join());
                watch.lap("office-start", "Two offices started in empty folders, cold", 4000.0);
                narrator.tell(
                        "Offices",
                        "Two offices run at " + offices.a().domain() + " and "
                                + offices.b().domain()
                                + ", with folders, keys and ports of their own. Their relays forward sealed packets;"
                                + " they hold no key to them.");
                return offices;
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new DemoException("An office could not start: " + cause.getMessage(), cause);
            }
        }

        private Office startOffice(String name) {
            try {
                return cleanup.add(Office.start(
                        OfficeConfig.onLoopback(folder.resolve(name)).withAdvertisedRelay(new Tapped())));
            } catch (OfficeException e) {
                throw new CompletionException(e);
            }
        }

        /** Nothing reaches a relay but through a tap. */
        private final class Tapped implements AdvertisedRelay {
            @Override
            public @Nullable HostPort toDevice(String deviceId, InetSocketAddress relay) {
                return tapFor(deviceId, relay);
            }

            @Override
            public @Nullable HostPort toOffice(String domain, InetSocketAddress relay) {
                return tapsClosed ? null : through(trunkTaps, domain, "trunk from " + domain, relay);
            }
        }

        /** Every device that joins a call is sent through a tap of its own, as long as the demonstration lasts. */
        private AdvertisedRelay.@Nullable HostPort tapFor(String deviceId, InetSocketAddress relay) {
            if (tapsClosed) {
                return null;
            }
            return through(taps, deviceId, deviceId.substring(0, 8), relay);
        }

        private AdvertisedRelay.HostPort through(
                Map<String, WireTap> of, String key, String name, InetSocketAddress relay) {
            WireTap tap = of.computeIfAbsent(key, _ -> {
                try {
                    return cleanup.add(WireTap.start(name, relay, options.meddling()));
                } catch (IOException e) {
                    throw new IllegalStateException("no port for a tap", e);
                }
            });
            return new AdvertisedRelay.HostPort(
                    tap.address().getAddress().getHostAddress(), tap.address().getPort());
        }

        private volatile boolean tapsClosed;

        private Enrolling enrol(Office office, DemoPhone phone, String name, String title) throws DemoException {
            try {
                String link = office.invite(name, title, Duration.ofMinutes(5)).link();
                PendingEnrolment pending = phone.enrol(link);
                String words = String.join(" ", pending.words());
                narrator.tell(
                        "Enrolment",
                        name + ", " + title + ", opens the invitation and reads four words from the phone: " + words
                                + ". The operator sees the same words and confirms. (Here this program carries them from the"
                                + " phone's screen to the office.)");
                office.confirm(words);
                return new Enrolling(phone, pending);
            } catch (OfficeException e) {
                throw new DemoException(name + " could not be enrolled: " + e.getMessage(), e);
            }
        }

        private Enrolled confirmed(Enrolling enrolling) throws DemoException {
            try {
                PendingEnrolment pending = enrolling.pending();
                return new Enrolled(enrolling.phone(), pending.confirmed().get(20, TimeUnit.SECONDS), pending);
            } catch (ExecutionException | TimeoutException e) {
                throw new DemoException("The office did not confirm an enrolment: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoException("The demonstration was interrupted.", e);
            }
        }

        private boolean callAndReport(Offices offices, Cast cast) throws DemoException, IOException {
            Enrolled a = cast.a();
            Enrolled b = cast.b();
            DemoLine line = DemoLine.give(b.phone(), NAME_B, NOTE_A);
            DemoLine lineC = DemoLine.give(b.phone(), NAME_B, NOTE_C);
            narrator.tell(
                    "Line",
                    NAME_B + " gives " + NAME_A + " an address that is for nobody else, and notes: “" + NOTE_A
                            + "”. Read aloud it is: " + line.spoken() + ".");
            line.redeem(a.phone());
            lineC.redeem(cast.c().phone());
            Contact seenByA = line.issuer();
            narrator.tell(
                    "",
                    NAME_A + " types it in; " + NAME_B + "’s phone shows who that is, proved by signature, and "
                            + NAME_B + " approves. " + NAME_C + " gets a line in the same way.");
            watch.lap("lines", "Two lines given, redeemed and approved", null);
            CallId callId = line.call();
            narrator.tell("Call", NAME_A + " calls " + NAME_B + ".");
            PhoneCall ringing = b.phone().awaitRinging();
            Peer caller = ringing.view().peer();
            narrator.tell(
                    "",
                    NAME_B + "’s phone has checked every signature, and only now it rings. It shows: "
                            + String.join(", ", shown(caller)) + ".");
            a.phone().awaitState(CallView.State.RINGING_THERE);
            DemoPhone.pause(LOOK_MILLIS);

            long answered = System.nanoTime();
            b.phone().phone().answer(callId);
            PhoneCall connectedA = connected(a.phone(), NAME_A);
            PhoneCall connectedB = connected(b.phone(), NAME_B);
            MediaReport firstA = a.phone().awaitSound(callId);
            MediaReport firstB = b.phone().awaitSound(callId);
            CallTimesOf times = new CallTimesOf(a.phone().phone(), callId);
            watch.add("call-to-ringing", "Call to ringing, as the caller sees it", times.callToRinging(), 80.0);
            watch.add(
                    "answer-to-audio-b",
                    "Answer to the first sound decrypted at " + NAME_B + "’s end",
                    (firstB.firstOpenedNanos() - answered) / 1e6,
                    150.0);
            watch.add(
                    "answer-to-audio-a",
                    "Answer to the first sound decrypted at " + NAME_A + "’s end",
                    (firstA.firstOpenedNanos() - answered) / 1e6,
                    150.0);
            narrator.tell(
                    "Words",
                    "Both are connected. " + NAME_A + "’s screen: "
                            + String.join(" ", connectedA.view().words()) + ". " + NAME_B + "’s screen: "
                            + String.join(" ", connectedB.view().words()) + ".");

            long talkFrom = System.nanoTime() + BREATH_NANOS;
            a.phone().mouth().beginAt(talkFrom);
            b.phone().mouth().beginAt(talkFrom + (long) (secondVoice() * 1e9));
            narrator.tell(
                    "Talk",
                    "They talk for " + Math.round(talkSeconds)
                            + " seconds, and a wiretap on each phone's line records every packet.");
            talk(talkFrom);
            watch.skip();

            TlsPeer tls = a.phone().phone().office();
            Observed.PhoneFigures figuresA =
                    a.phone().figures(callId, b.phone().phone().capturedAt(callId));
            Observed.PhoneFigures figuresB =
                    b.phone().figures(callId, a.phone().phone().capturedAt(callId));
            Long rejectedByRelay =
                    sum(rejected(offices.a().metrics()), rejected(offices.b().metrics()));
            a.phone().phone().hangUp(callId);
            b.phone().awaitState(CallView.State.ENDED);
            a.phone().awaitState(CallView.State.ENDED);
            narrator.tell("Hang-up", NAME_A + " hangs up; the keys of the call are erased on both phones.");
            watch.lap("hang-up", "Hang-up until both phones know", null);

            WireTap tapA = tap(a);
            WireTap tapB = tap(b);
            List<WirePacket> packetsA = tapA.packets();
            List<WirePacket> packetsB = tapB.packets();
            Observed.Trunk trunk = trunk(offices);
            Facts.Line story = leak(cast, line, lineC);
            Observed.Side sideA = new Observed.Side(
                    person(caller, a, speechA),
                    NAME_A,
                    TITLE_A,
                    caller.chain().principal().equals(a.owner().principal()),
                    connectedA.view().words(),
                    a.phone().mouth().track(),
                    a.phone().ear().track(),
                    figuresA,
                    packetsA);
            Peer callee = connectedA.view().peer();
            Observed.Side sideB = new Observed.Side(
                    person(callee, b, speechB),
                    NAME_B,
                    TITLE_B,
                    seenByA.chain().principal().equals(b.owner().principal())
                            && callee.chain().principal().equals(b.owner().principal()),
                    connectedB.view().words(),
                    b.phone().mouth().track(),
                    b.phone().ear().track(),
                    figuresB,
                    packetsB);
            Observed seen = new Observed(
                    startedAt,
                    clockOffset,
                    answered,
                    talkFrom,
                    talkSeconds,
                    sideA,
                    sideB,
                    WORD_BITS,
                    protection(connectedA.cipherSuite(), tls),
                    List.of(),
                    tapA.unrecorded() + tapB.unrecorded(),
                    rejectedByRelay,
                    new Observed.Offices(
                            offices.a().domain(),
                            offices.b().domain(),
                            offices.a().officeKey().hex(),
                            offices.b().officeKey().hex(),
                            SameFiles.in(offices.a().dataFolder(), offices.b().dataFolder())),
                    trunk,
                    story);
            return options.keepRunning() ? reportAndStay(offices, seen) : stopAndReport(offices, seen);
        }

        private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
            return one == null || other == null ? null : one + other;
        }

        /** Each packet between the relays went through one of the two taps. */
        private Observed.Trunk trunk(Offices offices) throws DemoException {
            WireTap beforeA = trunkTaps.get(offices.b().domain());
            WireTap beforeB = trunkTaps.get(offices.a().domain());
            if (beforeA == null || beforeB == null) {
                throw new DemoException("There was no trunk between the offices that could be tapped.");
            }
            return new Observed.Trunk(
                    passed(
                            beforeB,
                            packet -> packet.destination().equals(beforeB.address()),
                            beforeA,
                            packet -> packet.source().equals(beforeA.address())),
                    passed(
                            beforeA,
                            packet -> packet.destination().equals(beforeA.address()),
                            beforeB,
                            packet -> packet.source().equals(beforeB.address())));
        }

        private static List<WirePacket> passed(
                WireTap one, Predicate<WirePacket> ofOne, WireTap other, Predicate<WirePacket> ofOther) {
            return Stream.concat(
                            one.packets().stream().filter(ofOne),
                            other.packets().stream().filter(ofOther))
                    .sorted(Comparator.comparingLong(WirePacket::nanos))
                    .toList();
        }

        /** The address is read out; what then happens, and what happens when its owner has withdrawn it. */
        private Facts.Line leak(Cast cast, DemoLine line, DemoLine other) throws DemoException {
            DemoPhone owner = cast.b().phone();
            narrator.tell(
                    "Leak",
                    "At a press conference somebody reads " + NAME_A + "’s copy out loud. " + NAME_D + " types it in.");
            Facts.Leak leak = line.triedBy(
                    cast.d().phone(), NAME_D, cast.d().owner().chain().genesis().officeDomain());
            narrator.tell(
                    "",
                    "Phones that rang: " + leak.rangSomewhere() + ". " + NAME_B + "’s phone shows: “"
                            + leak.incidentNote() + "” was tried by " + leak.claimed() + ", "
                            + (leak.claimProved() ? "proved by signature" : "not proved") + ".");
            watch.lap("leak", "A leaked address tried, and one that never existed; the owner told", null);
            Facts.Afterwards after = line.withdrawn(owner, other, NAME_C);
            narrator.tell(
                    "Withdraw",
                    NAME_B + " withdraws that copy. " + NAME_A + " can " + (after.holderRang() ? "still" : "no longer")
                            + " ring by it; " + NAME_C + ", who has another line, "
                            + (after.otherRang() ? "rings as before." : "can not ring any more."));
            watch.lap("withdraw", "The line withdrawn and tried again, and another one called", null);
            return new Facts.Line(NAME_B, NAME_A, NOTE_A, line.words(), line.isBound(), leak, after);
        }

        private PhoneCall connected(DemoPhone phone, String name) throws DemoException {
            PhoneCall call = phone.awaitState(CallView.State.CONNECTED);
            if (call.view().state() != CallView.State.CONNECTED) {
                throw new DemoException(name + "’s call ended before it was connected: "
                        + call.view().ended());
            }
            return call;
        }

        private double secondVoice() {
            return Math.max(
                    0,
                    Math.min(SECOND_VOICE_SECONDS, talkSeconds - speechB.sound().seconds()));
        }

        private void talk(long from) throws DemoException {
            long end = from + (long) ((talkSeconds + CallAnalysis.TAIL_SECONDS) * 1e9);
            while (System.nanoTime() < end) {
                narrator.progress("", (System.nanoTime() - from) / (talkSeconds * 1e9));
                DemoPhone.pause(Math.clamp((end - System.nanoTime()) / 1_000_000, 1, 200));
            }
            narrator.progressDone();
        }

        private WireTap tap(Enrolled who) throws DemoException {
            WireTap tap = taps.get(who.device());
            if (tap == null) {
                throw new DemoException("A phone had no media that could be tapped.");
            }
            return tap;
        }

        private Facts.Person person(Peer peer, Enrolled who, Speech speech) {
            return new Facts.Person(
                    peer.vouched().name(),
                    peer.vouched().title(),
                    peer.vouched().officeDomain().value(),
                    peer.chain().principal().value().hex(),
                    peer.device().id().value().hex(),
                    peer.vouched().officeKey().hex(),
                    Wording.assurance(peer.assurance()),
                    shown(peer),
                    who.enrolment().words(),
                    speech.name());
        }

        private boolean stopAndReport(Offices offices, Observed seen) throws DemoException, IOException {
            List<InetSocketAddress> https =
                    List.of(offices.a().httpsAddress(), offices.b().httpsAddress());
            cleanup.stopNow();
            watch.lap("stop", "Everything stopped and the data deleted", null);
            boolean answers = https.stream().anyMatch(Demo::answers);
            boolean stopped = !answers && !Files.exists(folder);
            Facts.Promise promise = new Facts.Promise(
                    "stopped",
                    "Nothing is left running, and nothing of the call is left but this report",
                    stopped,
                    (answers ? "an office still answers" : "neither office answers any more")
                            + "; the folder with all data " + (Files.exists(folder) ? "is still there" : "is deleted"));
            return report(seen, promise);
        }

        private boolean reportAndStay(Offices offices, Observed seen) throws DemoException, IOException {
            tapsClosed = true;
            boolean held = report(seen, null);
            stay(offices);
            return held;
        }

        private void stay(Offices offices) throws DemoException {
            narrator.blank();
            narrator.tell(
                    "Offices",
                    "The offices at " + offices.a().domain() + " and "
                            + offices.b().domain()
                            + " stay up until you press Ctrl-C; then their data is deleted. To call across yourself, let one"
                            + " person into each. For the first office, invite somebody:");
            Path first = offices.a().dataFolder();
            Path second = offices.b().dataFolder();
            narrator.verbatim("./whodis office invite --data '" + first + "' --name 'Your Name' --title 'Your Title'");
            narrator.tell(
                    "",
                    "In another terminal enrol a phone with the link that this prints, and confirm its words in the first:");
            narrator.verbatim("./whodis phone enrol --home ~/.whodis/demo-phone 'LINK'");
            narrator.verbatim("./whodis office principals confirm --data '" + first + "'");
            narrator.tell("", "The same for somebody at the other office:");
            narrator.verbatim(
                    "./whodis office invite --data '" + second + "' --name 'Other Name' --title 'Their Title'");
            narrator.verbatim("./whodis phone enrol --home ~/.whodis/demo-phone-2 'LINK'");
            narrator.verbatim("./whodis office principals confirm --data '" + second + "'");
            narrator.tell(
                    "",
                    "They give you a line, you redeem it, and they say yes; for LINE and DIGITS take what the first prints:");
            narrator.verbatim("./whodis line new --home ~/.whodis/demo-phone-2 'for you'");
            narrator.verbatim("./whodis line redeem --home ~/.whodis/demo-phone 'LINE'");
            narrator.verbatim("./whodis line approve --home ~/.whodis/demo-phone-2 DIGITS");
            narrator.tell("", "Let their phone wait for calls, and call it from yours, in two terminals:");
            narrator.verbatim("./whodis phone answer --home ~/.whodis/demo-phone-2");
            narrator.verbatim("./whodis phone call --home ~/.whodis/demo-phone 'Other Name'");
            narrator.tell("", "Where there is no microphone, add --wav-in FILE.wav and --wav-out FILE.wav.");
            while (!Thread.currentThread().isInterrupted()) {
                DemoPhone.pause(1_000);
            }
        }

        private boolean report(Observed seen, Facts.@Nullable Promise last) throws IOException {
            narrator.tell(
                    "Check", "Comparing what was said with what was heard, and searching the wiretap for a leak …");
            CallAnalysis analysis = new CallAnalysis(seen);
            Facts.Sound aToB = analysis.aToB();
            Facts.Sound bToA = analysis.bToA();
            Facts.Wire wire = analysis.wire(ReportFiles.CAPTURE);
            List<Facts.Promise> promises = new ArrayList<>(Promises.of(seen, aToB, bToA, wire));
            if (last != null) {
                promises.add(last);
            }
            boolean held = promises.stream().allMatch(Facts.Promise::held);
            watch.lap("analysis", "Recordings and captures analysed", null);
            watch.add("whole", "The whole demonstration, start to report", watch.sinceStart(), 30_000.0);
            Facts facts = new Facts(
                    Facts.VERSION,
                    Whodis.VERSION,
                    startedAt.truncatedTo(ChronoUnit.MILLIS).toString(),
                    seen.talkSeconds(),
                    held,
                    promises,
                    seen.a().person(),
                    seen.b().person(),
                    new Facts.ComparisonWords(
                            seen.a().words(),
                            seen.b().words(),
                            seen.a().words().equals(seen.b().words()),
                            seen.wordBits()),
                    seen.protection(),
                    watch.times(),
                    aToB,
                    bToA,
                    seen.line(),
                    wire,
                    environment(),
                    ReportFiles.notes());
            ReportFiles.write(options.out(), facts, analysis.media());
            tellResult(facts);
            return held;
        }

        private void tellResult(Facts facts) {
            narrator.tell("Heard", heard(NAME_B, NAME_A, facts.aToB()) + " " + heard(NAME_A, NAME_B, facts.bToA()));
            narrator.tell(
                    "Wiretap",
                    "It got " + facts.wire().packets() + " packets and found "
                            + (facts.wire().plaintext().findings().isEmpty()
                                    ? "neither a word nor a name."
                                    : "a leak!"));
            long held = facts.promises().stream().filter(Facts.Promise::held).count();
            narrator.tell("Promises", held + " of " + facts.promises().size() + " held.");
            for (Facts.Promise promise : facts.promises()) {
                if (!promise.held()) {
                    narrator.tell("NOT HELD", promise.says() + " (" + promise.id() + "): " + promise.evidence());
                }
            }
            Path page = options.out().resolve(ReportFiles.PAGE).toAbsolutePath().normalize();
            narrator.tell("Report", page.toString());
            if (!options.headless()) {
                Desktop.open(page);
            }
            narrator.blank();
        }

        private String heard(String hearer, String speaker, Facts.Sound sound) {
            Double likeness = sound.likeness();
            Double delay = sound.mouthToEarMeasured();
            return hearer + " heard " + speaker
                    + (likeness == null
                            ? " not at all."
                            : String.format(java.util.Locale.ROOT, " with an intelligibility of %.2f of 1", likeness)
                                    + (delay == null
                                            ? "."
                                            : String.format(
                                                    java.util.Locale.ROOT, ", %.0f ms after it was said.", delay)));
        }
    }

    /** Times of the call as the caller's phone noted them. */
    private record CallTimesOf(Phone phone, CallId callId) {
        @Nullable
        Double callToRinging() {
            PhoneCall call = phone.callView(callId);
            return call == null || call.times().ringing() == 0
                    ? null
                    : (call.times().ringing() - call.times().dialled()) / 1e6;
        }
    }

    private static List<String> shown(Peer peer) {
        List<String> lines = new ArrayList<>(List.of(peer.vouched().name()));
        if (!peer.vouched().title().isEmpty()) {
            lines.add(peer.vouched().title());
        }
        lines.add(Wording.assurance(peer.assurance()));
        return lines;
    }

    private static Facts.Protection protection(String suites, @Nullable TlsPeer tls) {
        String[] parts = suites.split(" \\+ SFrame ", 2);
        return new Facts.Protection(
                parts[0],
                parts.length < 2 ? "" : parts[1],
                "SRTP_AEAD_AES_256_GCM",
                "DTLS 1.2",
                tls == null ? null : tls.protocol(),
                tls == null ? null : tls.group(),
                tls == null ? null : tls.cipherSuite(),
                "Ed25519 and ML-DSA-65 together");
    }

    /** What the relay refused as forged, changed or replayed, by its own count. */
    static @Nullable Long rejected(String metrics) {
        Matcher counts = Pattern.compile(
                        "^whodis_relay_dropped_total\\{reason=\"(bad_tag|replayed|malformed|wrong_ssrc)\"} (\\d+)$",
                        Pattern.MULTILINE)
                .matcher(metrics);
        long sum = 0;
        boolean any = false;
        while (counts.find()) {
            any = true;
            sum += Long.parseLong(counts.group(2));
        }
        return any ? sum : null;
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, SETTLE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Facts.Environment environment() {
        return new Facts.Environment(
                "Java " + System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
