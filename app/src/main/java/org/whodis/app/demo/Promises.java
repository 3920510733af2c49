package org.whodis.app.demo;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.whodis.app.report.Facts;
import org.whodis.app.report.Facts.Flow;
import org.whodis.app.report.Facts.Promise;
import org.whodis.app.report.Facts.Sound;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WirePacket;

/** The promises of a call, each with the check that decides whether it held. */
final class Promises {
    static final String SUITE = "MLKEM768X25519_AES256GCM_SHA384_Ed25519";
    static final String TLS_GROUP = "X25519MLKEM768";

    /** By the fits of the paper to its two listening tests, 97 and 98 % of the words are understood at this value. */
    static final double MIN_STOI = 0.75;

    /** Beyond this, people begin to talk over each other (ITU-T G.114 names 400 ms as the limit). */
    static final double MAX_MOUTH_TO_EAR_MILLIS = 400;

    /** Of the sealed packets, this share may be lost or come too late before it counts as a fault of the line. */
    static final double MAX_MISSING = 0.05;

    /** Packets that may be sent before the other side is there and after it left: one second of them. */
    static final int MAX_UNHEARD_AT_THE_ENDS = 50;

    /**
     * The beat of a stream: a frame each 20 ms, to within this share over the whole call. A machine that is busy elsewhere
     * stops a phone now and then for a tenth of a second; speech does not.
     */
    static final double MAX_DRIFT = 0.05;

    private static final double FRAME_MILLIS = 20;

    /** A p below this would be met once in a million calls of truly random bytes, of which there are six flows. */
    private static final double RANDOM_ENOUGH = 1e-6 / 6;

    /** Standard deviations that the least random position may lie below the mean of random ones. */
    private static final double POSITION_DEVIATIONS = 8;

    private final Observed seen;
    private final Sound aToB;
    private final Sound bToA;
    private final Facts.Wire wire;
    private final List<Promise> promises = new ArrayList<>();

    private Promises(Observed seen, Sound aToB, Sound bToA, Facts.Wire wire) {
        this.seen = seen;
        this.aToB = aToB;
        this.bToA = bToA;
        this.wire = wire;
    }

    static List<Promise> of(Observed seen, Sound aToB, Sound bToA, Facts.Wire wire) {
        Promises all = new Promises(seen, aToB, bToA, wire);
        all.identity("a", seen.a(), seen.b());
        all.identity("b", seen.b(), seen.a());
        all.words();
        all.twoOffices();
        all.byTheLine();
        all.postQuantum();
        all.silentBeforeTheAnswer();
        all.heard("a", seen.a(), seen.b(), aToB);
        all.heard("b", seen.b(), seen.a(), bToA);
        all.delay();
        all.complete();
        all.untouched();
        all.oneSize();
        all.oneBeat();
        all.noSpeechInTheRhythm();
        all.plainHeaders();
        all.noise();
        all.noPlaintext();
        all.trunkIsSealed();
        all.trunkNamesNobody();
        all.nobodyRang();
        all.leakIsNamed();
        all.withdrawn();
        all.othersStillRing();
        return all.promises;
    }

    private void add(String id, String says, boolean held, String evidence) {
        promises.add(new Promise(id, says, held, evidence));
    }

    private void identity(String side, Observed.Side who, Observed.Side other) {
        boolean held = who.knownBeforeRinging()
                && who.person().name().equals(who.expectedName())
                && who.person().title().equals(who.expectedTitle());
        add(
                "identity-" + side,
                other.expectedName() + " knew that it was " + who.expectedName() + ", and how that is known",
                held,
                held
                        ? "The chain of signatures (Ed25519 and ML-DSA-65) was verified before anything was shown; it says: "
                                + who.person().assurance()
                        : "shown was " + who.person().name() + ", "
                                + who.person().title() + ", and verified first: "
                                + (who.knownBeforeRinging() ? "yes" : "no"));
    }

    private void words() {
        List<String> a = seen.a().words();
        List<String> b = seen.b().words();
        add(
                "words",
                "Both screens show the same words to compare",
                !a.isEmpty() && a.equals(b),
                a.equals(b) ? String.join(" ", a) : String.join(" ", a) + " and " + String.join(" ", b));
    }

    private void twoOffices() {
        Observed.Offices offices = seen.offices();
        boolean apart = !offices.domainA().equals(offices.domainB())
                && !offices.keyA().equals(offices.keyB())
                && seen.a().person().office().equals(offices.domainA())
                && seen.a().person().officeKey().equals(offices.keyA())
                && seen.b().person().office().equals(offices.domainB())
                && seen.b().person().officeKey().equals(offices.keyB());
        List<String> shared = offices.sharedFiles();
        add(
                "two-offices",
                "They are in two offices that have neither a key nor a file in common",
                apart && shared != null && shared.isEmpty(),
                offices.domainA() + " with the key " + start(offices.keyA()) + " and " + offices.domainB() + " with "
                        + start(offices.keyB()) + "; files in common: "
                        + (shared == null ? "not known" : shared.isEmpty() ? "none" : String.join(", ", shared)));
    }

    private static String start(String hex) {
        return hex.length() <= 8 ? hex : hex.substring(0, 8) + "…";
    }

    private void byTheLine() {
        Facts.Line line = seen.line();
        add(
                "bound-line",
                "The address that was given rang for nobody before " + line.owner() + " had approved who redeemed it",
                line.bound() && line.holder().equals(seen.a().expectedName()),
                line.bound()
                        ? line.holder() + " redeemed it, " + line.owner() + " approved, and only then it rang"
                        : "it rang before it was approved, or never after");
    }

    private void postQuantum() {
        Facts.Protection protection = seen.protection();
        add(
                "post-quantum",
                "The keys withstand a quantum computer, and so does the way to the office",
                protection.mlsCipherSuite().equals(SUITE) && TLS_GROUP.equals(protection.tlsGroup()),
                "MLS suite " + protection.mlsCipherSuite() + "; TLS key exchange " + protection.tlsGroup());
    }

    private void silentBeforeTheAnswer() {
        long answered = seen.answeredNanos() + seen.clockOffset();
        long early = seen.b().tap().stream().filter(p -> p.nanos() < answered).count();
        boolean any = !seen.b().tap().isEmpty();
        add(
                "silent-before-answer",
                "Before " + seen.b().expectedName() + " answered, that phone sent nothing to any relay",
                any && early == 0,
                any
                        ? early + " packets before the answer, the first "
                                + millis((seen.b().tap().getFirst().nanos() - answered) / 1e6) + " after it"
                        : "no packet was seen at all");
    }

    private void heard(String side, Observed.Side from, Observed.Side to, Sound sound) {
        Double likeness = sound.likeness();
        add(
                "heard-" + side,
                "What " + from.expectedName() + " said can be understood at " + to.expectedName() + "’s end",
                likeness != null && likeness >= MIN_STOI,
                likeness == null
                        ? "there was no speech to compare"
                        : "STOI " + number(likeness, 3) + ", at least " + number(MIN_STOI, 2) + " wanted");
    }

    private void delay() {
        Double a = aToB.mouthToEarMeasured();
        Double b = bToA.mouthToEarMeasured();
        add(
                "delay",
                "They could talk without waiting for each other",
                a != null && b != null && Math.max(a, b) <= MAX_MOUTH_TO_EAR_MILLIS,
                "mouth to ear " + millis(a) + " and " + millis(b) + ", at most " + millis(MAX_MOUTH_TO_EAR_MILLIS)
                        + " wanted");
    }

    private void complete() {
        double worst = 0;
        for (Sound sound : List.of(aToB, bToA)) {
            // What the hearer counts as lost lies between the first and the last packet that it opened: where it opened
            // one alone that is nothing. So what was sent is counted too.
            long missing = Math.max(
                    sound.packetsLost() + sound.packetsLate(),
                    sound.packetsSent() - sound.packetsReceived() - MAX_UNHEARD_AT_THE_ENDS);
            worst = Math.max(
                    worst, sound.packetsReceived() == 0 ? 1 : (double) missing / (missing + sound.packetsReceived()));
        }
        add(
                "complete",
                "What one phone sent arrived at the other in time",
                worst <= MAX_MISSING,
                "arrived " + aToB.packetsReceived() + " and " + bToA.packetsReceived() + " of " + aToB.packetsSent()
                        + " and " + bToA.packetsSent() + " packets; lost on the way " + aToB.packetsLost() + " and "
                        + bToA.packetsLost() + ", too late " + aToB.packetsLate() + " and " + bToA.packetsLate()
                        + "; at most "
                        + number(100 * MAX_MISSING, 0) + " % wanted");
    }

    private void untouched() {
        long phones = aToB.packetsRejected() + bToA.packetsRejected();
        Long relay = seen.rejectedByRelay();
        add(
                "untouched",
                "Nobody changed, forged or replayed a packet on the way",
                phones == 0 && (relay == null || relay == 0),
                "refused by the phones: " + phones + ", by the relay: " + (relay == null ? "not reported" : relay)
                        + "; whatever is refused is not played");
    }

    private void oneSize() {
        TreeSet<Integer> sizes = new TreeSet<>();
        int packets = 0;
        for (Flow flow : wire.flows()) {
            for (Facts.Kind kind : flow.kinds()) {
                if (kind.kind().equals(PacketKind.SRTP.title())) {
                    kind.sizes().forEach(size -> sizes.add(size.bytes()));
                    packets += kind.packets();
                }
            }
        }
        add(
                "one-size",
                "Every packet of speech or silence has one size",
                wire.flows().size() == 4 && sizes.size() == 1,
                packets + " packets, sizes " + sizes + " bytes");
    }

    private void oneBeat() {
        List<Flow> sent = wire.flows().stream()
                .filter(f -> f.direction().equals("to relay"))
                .toList();
        boolean held = sent.size() == 2;
        for (Flow flow : sent) {
            held &= flow.gaps().count() > 0
                    && Math.abs(flow.gaps().mean() / FRAME_MILLIS - 1) <= MAX_DRIFT
                    && flow.lost() == 0
                    && flow.duplicates() == 0
                    && flow.headers().irregularTimestamps() == 0;
        }
        add(
                "one-beat",
                "Packets leave every 20 ms, whether anybody speaks or not",
                held,
                sent.stream()
                        .map(f -> f.tap().toUpperCase(Locale.ROOT) + ": "
                                + number(f.gaps().mean(), 2) + " ± "
                                + number(f.gaps().deviation(), 2) + " ms, " + f.lost() + " left out")
                        .collect(Collectors.joining("; ")));
    }

    private void noSpeechInTheRhythm() {
        boolean held = !wire.speechOrPause().isEmpty();
        List<String> evidence = new ArrayList<>();
        for (Facts.SpeechOrPause test : wire.speechOrPause()) {
            boolean enough = test.controlTold();
            held &= test.sameSizes() && !test.told();
            evidence.add(test.tap().toUpperCase(Locale.ROOT) + ": sizes " + (test.sameSizes() ? "equal" : "different")
                    + ", times differ by D = " + number(test.gapsStatistic(), 2)
                    + (enough
                            ? " (a stream that saves packets in pauses: " + number(test.controlStatistic(), 2) + ")"
                            : " (too few packets or pauses to tell)"));
        }
        add("no-rhythm", "The packets do not show when somebody speaks", held, String.join("; ", evidence));
    }

    private void plainHeaders() {
        boolean held = wire.flows().size() == 4;
        for (Flow flow : wire.flows()) {
            held &= flow.headers().withPaddingExtensionOrCsrc() == 0
                    && flow.headers().payloadTypes() == 1
                    && flow.headers().ssrcs() == 1;
        }
        add(
                "plain-headers",
                "The readable part of a packet is its number and clock, and nothing else",
                held,
                held
                        ? "no extension, padding or list of sources in any RTP header; one payload type, one stream each way"
                        : "RTP headers with more: "
                                + wire.flows().stream()
                                        .map(f -> f.tap().toUpperCase(Locale.ROOT) + " " + f.direction() + " "
                                                + f.headers())
                                        .collect(Collectors.joining("; ")));
    }

    private void noise() {
        boolean held = wire.flows().size() == 4;
        double least = 1;
        for (Flow flow : wire.flows()) {
            Facts.Randomness random = flow.randomness();
            least = Math.min(least, random.chiSquareP());
            held &= isNoise(random);
        }
        add(
                "noise",
                "The rest of every packet cannot be told from random bytes",
                held,
                wire.flows().stream()
                                .map(f -> number(f.randomness().entropy(), 4))
                                .collect(Collectors.joining(", "))
                        + " bits of entropy a byte; least p of chi-square " + number(least, 3));
    }

    /** Of the entropy of as many random bytes as a position has: chi-square's, over 2 n ln 2 (Miller 1955). */
    private static double deviation(Facts.Randomness random) {
        double perPosition = random.positions() == 0 ? 1 : (double) random.bytes() / random.positions();
        return Math.sqrt(2 * 255.0) / (2 * perPosition * Math.log(2));
    }

    private void noPlaintext() {
        Facts.Plaintext plaintext = wire.plaintext();
        boolean works = plaintext.controls() > 0 && plaintext.controlsFound() == plaintext.controls();
        add(
                "no-plaintext",
                "Neither speech nor a name is anywhere in the capture",
                works && plaintext.findings().isEmpty(),
                plaintext.needles() + " things looked for in " + plaintext.windows() + " places, found "
                        + plaintext.findings().size() + "; of " + plaintext.controls() + " planted ones found "
                        + plaintext.controlsFound());
    }

    private void trunkIsSealed() {
        boolean held = wire.trunk().size() == 2;
        TreeSet<Integer> sizes = new TreeSet<>();
        for (Flow flow : wire.trunk()) {
            for (Facts.Kind kind : flow.kinds()) {
                boolean speech = kind.kind().equals(PacketKind.SRTP.title());
                held &= kind.sizes().size() == 1 && (speech || kind.kind().equals(PacketKind.SRTCP.title()));
                if (speech) {
                    kind.sizes().forEach(size -> sizes.add(size.bytes()));
                }
            }
            held &= flow.headers().withPaddingExtensionOrCsrc() == 0
                    && flow.headers().payloadTypes() == 1
                    && isNoise(flow.randomness());
        }
        add(
                "trunk-sealed",
                "Between the two offices too, packets have one size and cannot be told from noise",
                held && sizes.size() == 1,
                wire.trunk().stream()
                                .map(f -> f.direction() + ": "
                                        + f.kinds().stream()
                                                .map(kind -> kind.packets() + " " + kind.kind())
                                                .collect(Collectors.joining(", ")))
                                .collect(Collectors.joining("; "))
                        + "; speech always " + sizes + " bytes");
    }

    /** Everything on the trunk goes between two relays, and no stream there has a number that a phone's has. */
    private void trunkNamesNobody() {
        Set<String> onTrunk = new TreeSet<>();
        Set<Integer> streams = new TreeSet<>();
        for (WirePacket packet : seen.trunk().both()) {
            onTrunk.add(written(packet.source()));
            onTrunk.add(written(packet.destination()));
            streams.addAll(stream(packet));
        }
        Set<String> phones = new TreeSet<>();
        Set<Integer> phoneStreams = new TreeSet<>();
        for (List<WirePacket> tap : List.of(seen.a().tap(), seen.b().tap())) {
            for (WirePacket packet : tap) {
                phoneStreams.addAll(stream(packet));
            }
            if (!tap.isEmpty()) {
                phones.add(written(tap.getFirst().source()));
            }
        }
        Set<String> common = new TreeSet<>(onTrunk);
        common.retainAll(phones);
        Set<Integer> commonStreams = new TreeSet<>(streams);
        commonStreams.retainAll(phoneStreams);
        add(
                "trunk-blind",
                "Nobody between the offices, and neither office, learns the address of the other side’s phone",
                !onTrunk.isEmpty() && phones.size() == 2 && common.isEmpty() && commonStreams.isEmpty(),
                "on the trunk: " + String.join(", ", onTrunk) + "; the phones: " + String.join(", ", phones)
                        + "; addresses in common " + common.size() + ", numbers of streams in common "
                        + commonStreams.size());
    }

    private static List<Integer> stream(WirePacket packet) {
        return packet.kind() == PacketKind.SRTP && packet.length() >= 12
                ? List.of(packet.unsignedByte(8) << 24
                        | packet.unsignedByte(9) << 16
                        | packet.unsignedByte(10) << 8
                        | packet.unsignedByte(11))
                : List.of();
    }

    private static String written(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void nobodyRang() {
        Facts.Leak leak = seen.line().leak();
        add(
                "leak-silent",
                "When the address was read out and somebody else tried it, nobody’s phone rang and the answer told nothing",
                leak.rangSomewhere() == 0 && leak.told() != null && leak.told().equals(leak.toldOfNone()),
                leak.by() + " tried it: " + leak.rangSomewhere() + " phones rang. Told after "
                        + millis(leak.answerMillis())
                        + ": “" + leak.told() + "”; of an address that nobody ever gave, after "
                        + millis(leak.noneMillis()) + ": “" + leak.toldOfNone() + "”");
    }

    private void leakIsNamed() {
        Facts.Line line = seen.line();
        Facts.Leak leak = line.leak();
        boolean held = line.note().equals(leak.incidentNote())
                && leak.times() >= 1
                && leak.by().equals(leak.claimed())
                && leak.claimProved()
                && leak.byOffice().equals(leak.fromOffice());
        add(
                "leak-named",
                line.owner() + " learned whose copy leaked, and who tried it",
                held,
                leak.incidentNote() == null
                        ? "no incident was shown"
                        : "the copy “" + leak.incidentNote() + "”, tried " + leak.times() + " time(s) by "
                                + (leak.claimed() == null ? "somebody unknown" : leak.claimed())
                                + (leak.claimProved() ? " (proved by signature)" : " (not proved)") + " from "
                                + (leak.fromOffice() == null ? "nowhere" : leak.fromOffice()));
    }

    private void withdrawn() {
        Facts.Afterwards after = seen.line().afterwards();
        add(
                "withdrawn",
                "The withdrawn line rings for nobody, not even for whom it was given to",
                after.withdrawn() && !after.holderRang(),
                "withdrawn: " + (after.withdrawn() ? "yes" : "no") + "; "
                        + seen.line().holder() + " tried it again: " + (after.holderRang() ? "it rang" : "no ring"));
    }

    private void othersStillRing() {
        Facts.Afterwards after = seen.line().afterwards();
        add(
                "others-ring",
                "Everybody else’s line still works",
                after.otherRang(),
                after.other() + " called by another line: "
                        + (after.otherRang() ? "it rang after " + millis(after.otherMillis()) : "no ring"));
    }

    private static boolean isNoise(Facts.Randomness random) {
        return random.bytes() > 0
                && random.chiSquareP() >= RANDOM_ENOUGH
                && random.positionEntropyMin()
                        >= random.positionEntropyExpected() - POSITION_DEVIATIONS * deviation(random);
    }

    private static String millis(@Nullable Double value) {
        return value == null ? "unknown" : number(value, 0) + " ms";
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
