package org.whodis.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.whodis.app.Whodis;
import org.whodis.app.report.Facts;
import org.whodis.app.report.ReportFiles;
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
    private static final String TITLE_B = "Foreign Secretary of Vestmark";

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

    Demo(DemoOptions options, Narrator narrator) {
        this.options = options;
        this.narrator = narrator;
    }

    /** Runs everything and says whether every promise held. */
    boolean run() throws DemoException {
        Speech a = Speech.read(options.speechA(), "sense-and-sensibility.wav");
        Speech b = Speech.read(options.speechB(), "go-forward.wav");
        try (Cleanup cleanup = new Cleanup()) {
            return new Run(cleanup, a, b).run();
        } catch (IOException e) {
            throw new DemoException("The demonstration failed: " + e.getMessage(), e);
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
            narrator.title("One verified call, from an empty folder to a report.");
            cleanup.add(() -> deleteFolder(folder));
            Primitives primitives = new JdkPrimitives();
            CompletableFuture<DemoPhone> phoneA = phone(NAME_A, "a", primitives, speechA);
            CompletableFuture<DemoPhone> phoneB = phone(NAME_B, "b", primitives, speechB);
            Office office = startOffice();
            DemoPhone a = cleanup.add(joined(phoneA));
            DemoPhone b = cleanup.add(joined(phoneB));
            PendingEnrolment enrolledA = enrol(office, a, NAME_A, TITLE_A);
            PendingEnrolment enrolledB = enrol(office, b, NAME_B, TITLE_B);
            Contact ownerA = confirmed(enrolledA);
            Contact ownerB = confirmed(enrolledB);
            watch.lap("enrolment", "Two people invited, enrolled and confirmed", null);
            a.goOnline();
            b.goOnline();
            watch.lap("online", "Both phones connected to the office and warmed up", null);
            return callAndReport(office, new Enrolled(a, ownerA, enrolledA), new Enrolled(b, ownerB, enrolledB));
        }

        /** A phone, whose it is, and the words of the enrolment. */
        private record Enrolled(DemoPhone phone, Contact owner, PendingEnrolment enrolment) {
            String device() {
                return owner.chain().devices().getFirst().id().value().hex();
            }
        }

        private CompletableFuture<DemoPhone> phone(String name, String sub, Primitives primitives, Speech speech) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return new DemoPhone(name, folder.resolve("phone-" + sub), primitives, speech.sound());
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

        private Office startOffice() throws DemoException {
            try {
                Office office = cleanup.add(Office.start(
                        OfficeConfig.onLoopback(folder.resolve("office")).withAdvertisedRelay(this::tapFor)));
                watch.lap("office-start", "Office started in an empty folder, cold", 2000.0);
                narrator.tell(
                        "Office",
                        "An office runs at " + office.domain()
                                + " with fresh data. Its relay forwards sealed packets; it" + " holds no key to them.");
                return office;
            } catch (OfficeException e) {
                throw new DemoException("The office could not start: " + e.getMessage(), e);
            }
        }

        /** Every device that joins a call is sent through a tap of its own, as long as the demonstration lasts. */
        private AdvertisedRelay.@Nullable HostPort tapFor(String deviceId, InetSocketAddress relay) {
            if (tapsClosed) {
                return null;
            }
            WireTap tap = taps.computeIfAbsent(deviceId, id -> {
                try {
                    return cleanup.add(WireTap.start(id.substring(0, 8), relay, options.meddling()));
                } catch (IOException e) {
                    throw new IllegalStateException("no port for a tap", e);
                }
            });
            return new AdvertisedRelay.HostPort(
                    tap.address().getAddress().getHostAddress(), tap.address().getPort());
        }

        private volatile boolean tapsClosed;

        private PendingEnrolment enrol(Office office, DemoPhone phone, String name, String title) throws DemoException {
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
                return pending;
            } catch (OfficeException e) {
                throw new DemoException(name + " could not be enrolled: " + e.getMessage(), e);
            }
        }

        private Contact confirmed(PendingEnrolment pending) throws DemoException {
            try {
                return pending.confirmed().get(20, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new DemoException("The office did not confirm an enrolment: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoException("The demonstration was interrupted.", e);
            }
        }

        private boolean callAndReport(Office office, Enrolled a, Enrolled b) throws DemoException, IOException {
            Contact seenByA = a.phone().contact(b.owner().principal());
            CallId callId = a.phone().call(seenByA.principal());
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
            watch.add("call-to-ringing", "Call to ringing, as the caller sees it", times.callToRinging(), null);
            watch.add(
                    "answer-to-audio-b",
                    "Answer to the first sound decrypted at " + NAME_B + "’s end",
                    (firstB.firstOpenedNanos() - answered) / 1e6,
                    100.0);
            watch.add(
                    "answer-to-audio-a",
                    "Answer to the first sound decrypted at " + NAME_A + "’s end",
                    (firstA.firstOpenedNanos() - answered) / 1e6,
                    100.0);
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
            Long rejectedByRelay = rejected(office.metrics());
            a.phone().phone().hangUp(callId);
            b.phone().awaitState(CallView.State.ENDED);
            a.phone().awaitState(CallView.State.ENDED);
            narrator.tell("Hang-up", NAME_A + " hangs up; the keys of the call are erased on both phones.");
            watch.lap("hang-up", "Hang-up until both phones know", null);

            WireTap tapA = tap(a);
            WireTap tapB = tap(b);
            Observed.Side sideA = new Observed.Side(
                    person(caller, a, speechA),
                    NAME_A,
                    TITLE_A,
                    caller.chain().principal().equals(a.owner().principal()),
                    connectedA.view().words(),
                    a.phone().mouth().track(),
                    a.phone().ear().track(),
                    figuresA,
                    tapA.packets());
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
                    tapB.packets());
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
                    rejectedByRelay);
            return options.keepRunning() ? reportAndStay(office, seen) : stopAndReport(office, seen);
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

        private boolean stopAndReport(Office office, Observed seen) throws DemoException, IOException {
            InetSocketAddress https = office.httpsAddress();
            cleanup.stopNow();
            watch.lap("stop", "Everything stopped and the data deleted", null);
            boolean stopped = !answers(https) && !Files.exists(folder);
            Facts.Promise promise = new Facts.Promise(
                    "stopped",
                    "Nothing is left running, and nothing of the call is left but this report",
                    stopped,
                    (answers(https) ? "the office still answers" : "the office no longer answers")
                            + "; the folder with all data " + (Files.exists(folder) ? "is still there" : "is deleted"));
            return report(seen, promise);
        }

        private boolean reportAndStay(Office office, Observed seen) throws DemoException, IOException {
            tapsClosed = true;
            boolean held = report(seen, null);
            stay(office);
            return held;
        }

        private void stay(Office office) throws DemoException {
            Path data = folder.resolve("office");
            narrator.blank();
            narrator.tell(
                    "Office",
                    "The office at " + office.domain()
                            + " stays up until you press Ctrl-C; then its data is deleted. To join"
                            + " it with a phone of your own, invite somebody:");
            narrator.verbatim("./whodis office invite --data '" + data + "' --name 'Your Name' --title 'Your Title'");
            narrator.tell(
                    "",
                    "In another terminal enrol a phone with the link that this prints, and confirm its words in the first:");
            narrator.verbatim("./whodis phone enrol --home ~/.whodis/demo-phone 'LINK'");
            narrator.verbatim("./whodis office principals confirm --data '" + data + "'");
            narrator.tell("", "Wait for calls with one phone, and call it from another one with a folder of its own:");
            narrator.verbatim("./whodis phone answer --home ~/.whodis/demo-phone");
            narrator.verbatim("./whodis phone call --home ~/.whodis/demo-phone-2 'Your Name'");
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
