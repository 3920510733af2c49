package org.whodis.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.app.measure.Sound;
import org.whodis.app.measure.TestSignals;
import org.whodis.app.report.Facts;
import org.whodis.app.wire.WirePacket;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;
import org.whodis.media.opus.OpusDecoder;
import org.whodis.media.opus.OpusEncoder;

/** A made-up call in which every promise holds, and then one in which each is broken: no check may be unable to fail. */
final class PromisesTest {
    private static final int SECONDS = 13;
    private static final long TALK = 5_000_000_000L;
    private static final long CLOCK_OFFSET = 1_795_350_000_000_000_000L;
    private static final int FRAMES = (SECONDS + 1) * 50;
    private static final InetSocketAddress RELAY = address(3478);
    private static final String NOTE = "given to Marit Solheim";
    private static final List<String> WORDS = List.of("acoustic", "marble", "tenant", "velvet");

    private static final short[] A_SAYS = speech("sense-and-sensibility.wav", 0.3);
    private static final short[] B_SAYS = speech("go-forward.wav", 2.5);
    private static final short[] B_HEARS = throughOpus(A_SAYS);
    private static final short[] A_HEARS = throughOpus(B_SAYS);

    private record Measured(Facts.Sound aToB, Facts.Sound bToA, Facts.Wire wire) {
        static Measured of(Observed seen) {
            CallAnalysis analysis = new CallAnalysis(seen);
            return new Measured(analysis.aToB(), analysis.bToA(), analysis.wire("wire.pcap"));
        }
    }

    private static final Measured CLEAN = Measured.of(new Call().observed());

    /** A good call whose sound and packets a test leaves alone. */
    private static Call measuredOnce() {
        Call call = new Call();
        call.measureAnew = false;
        return call;
    }

    /** Everything about the call that a test may spoil. */
    private static final class Call {
        String nameOfA = "Marit Solheim";
        boolean knownBeforeRinging = true;
        List<String> wordsOfB = WORDS;
        String suite = Promises.SUITE;
        String group = Promises.TLS_GROUP;
        short[] bHears = B_HEARS;
        double delaySeconds = 0.07;
        long lost = 0;
        /** Lost before the first or after the last packet that arrived, where no gap shows. */
        long unheard = 0;

        long late = 1;
        long rejected = 0;
        long rejectedByRelay = 0;
        List<WirePacket> tapA = tap(40_001, 1);
        List<WirePacket> tapB = tap(40_002, 2);
        List<WirePacket> trunkToB = trunk(true, 3);
        List<WirePacket> trunkToA = trunk(false, 4);
        String domainOfB = "localhost:2";
        List<String> sharedFiles = List.of();
        boolean bound = true;
        int rang = 0;
        String told = "There is no such line.";
        String incidentNote = NOTE;
        String claimed = "Vic Vance";
        boolean claimProved = true;
        String fromOffice = "localhost:1";
        long times = 1;
        boolean withdrawn = true;
        boolean holderRang = false;
        boolean otherRang = true;

        /** Whether the sound or the packets themselves were spoilt, so that they have to be measured anew. */
        boolean measureAnew = true;

        List<String> broken() {
            Observed seen = observed();
            Measured measured = measureAnew ? Measured.of(seen) : counted(CLEAN);
            List<Facts.Promise> promises = Promises.of(seen, measured.aToB(), measured.bToA(), measured.wire());
            assertThat(promises)
                    .extracting(Facts.Promise::id)
                    .doesNotHaveDuplicates()
                    .hasSize(24);
            return promises.stream()
                    .filter(promise -> !promise.held())
                    .map(Facts.Promise::id)
                    .toList();
        }

        private Observed observed() {
            Observed.Side a = new Observed.Side(
                    person(nameOfA, "Prime Minister"),
                    "Marit Solheim",
                    "Prime Minister",
                    knownBeforeRinging,
                    WORDS,
                    track(A_SAYS, 0),
                    track(A_HEARS, delaySeconds),
                    figures(),
                    tapA);
            Observed.Side b = new Observed.Side(
                    person("Tomás Arrieta", "Foreign Secretary", "localhost:2", "03"),
                    "Tomás Arrieta",
                    "Foreign Secretary",
                    true,
                    wordsOfB,
                    track(B_SAYS, 0),
                    track(bHears, delaySeconds),
                    figures(),
                    tapB);
            return new Observed(
                    Instant.EPOCH,
                    CLOCK_OFFSET,
                    TALK - 200_000_000L,
                    TALK,
                    SECONDS,
                    a,
                    b,
                    44,
                    new Facts.Protection(suite, "x", "y", "z", "TLSv1.3", group, "c", "s"),
                    List.of(),
                    0,
                    rejectedByRelay,
                    new Observed.Offices("localhost:1", domainOfB, "02".repeat(32), "03".repeat(32), sharedFiles),
                    new Observed.Trunk(trunkToB, trunkToA),
                    new Facts.Line(
                            "Tomás Arrieta",
                            "Marit Solheim",
                            NOTE,
                            List.of("orbit", "lemon", "hazard", "quick", "absent"),
                            bound,
                            new Facts.Leak(
                                    "Vic Vance",
                                    "localhost:1",
                                    rang,
                                    told,
                                    502.0,
                                    "There is no such line.",
                                    503.0,
                                    incidentNote,
                                    claimed,
                                    claimProved,
                                    fromOffice,
                                    times),
                            new Facts.Afterwards(withdrawn, holderRang, "Ingrid Holm", otherRang, 50.0)));
        }

        private Measured counted(Measured measured) {
            return new Measured(counted(measured.aToB()), counted(measured.bToA()), measured.wire());
        }

        private Facts.Sound counted(Facts.Sound s) {
            return new Facts.Sound(
                    s.spokenSeconds(),
                    s.spokenLevel(),
                    s.heardLevel(),
                    s.likeness(),
                    s.likenessMeasure(),
                    s.siSdr(),
                    s.siSdrMeasure(),
                    s.mouthToEar(),
                    s.mouthToEarMeasured(),
                    FRAMES,
                    FRAMES - lost - unheard,
                    lost,
                    late,
                    rejected,
                    s.framesConcealed(),
                    s.jitter());
        }

        private Observed.PhoneFigures figures() {
            return new Observed.PhoneFigures(
                    FRAMES, FRAMES - lost - unheard, lost, late, rejected, lost + late, 0.3, 70.0);
        }
    }

    @Test
    void inAGoodCallEveryPromiseHolds() {
        assertThat(measuredOnce().broken()).isEmpty();
    }

    @Test
    void theSoundIsMeasured() {
        CallAnalysis analysis = new CallAnalysis(new Call().observed());
        assertThat(analysis.aToB().mouthToEarMeasured()).isCloseTo(70, org.assertj.core.api.Assertions.within(8.0));
        assertThat(analysis.aToB().likeness()).isGreaterThan(0.9);
        assertThat(analysis.aToB().spokenSeconds()).isBetween(5.0, 10.5);
    }

    @Test
    void anotherNameOnTheScreenBreaksTheIdentity() {
        Call call = measuredOnce();
        call.nameOfA = "Marit So1heim";
        assertThat(call.broken()).containsExactly("identity-a");
    }

    @Test
    void ringingBeforeTheProofBreaksTheIdentity() {
        Call call = measuredOnce();
        call.knownBeforeRinging = false;
        assertThat(call.broken()).containsExactly("identity-a");
    }

    @Test
    void differentWordsBreakTheComparison() {
        Call call = measuredOnce();
        call.wordsOfB = List.of("acoustic", "marble", "tenant", "vessel");
        assertThat(call.broken()).containsExactly("words");
    }

    @Test
    void missingWordsBreakTheComparisonToo() {
        Call call = measuredOnce();
        call.wordsOfB = List.of();
        assertThat(call.broken()).containsExactly("words");
    }

    @Test
    void aClassicalSuiteOrGroupIsNotPostQuantum() {
        Call suite = measuredOnce();
        suite.suite = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
        assertThat(suite.broken()).containsExactly("post-quantum");
        Call group = measuredOnce();
        group.group = "x25519";
        assertThat(group.broken()).containsExactly("post-quantum");
    }

    @Test
    void aPacketBeforeTheAnswerIsNoticed() {
        Call call = measuredOnce();
        call.tapB.addFirst(packet(-300, 40_002, true, new byte[40]));
        assertThat(call.broken()).containsExactly("silent-before-answer");
    }

    @Test
    void noiseInPlaceOfSpeechIsNotHeard() {
        Call call = new Call();
        short[] noise = new short[B_HEARS.length];
        double[] values = TestSignals.noise(noise.length, 3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (values[i] * 8_000);
        }
        call.bHears = noise;
        assertThat(call.broken()).contains("heard-a").doesNotContain("heard-b");
    }

    @Test
    void silenceInPlaceOfSpeechIsNotHeard() {
        Call call = new Call();
        call.bHears = new short[B_HEARS.length];
        assertThat(call.broken()).contains("heard-a").doesNotContain("heard-b");
    }

    @Test
    void aLongDelayIsNoticed() {
        Call call = new Call();
        call.delaySeconds = 0.45;
        assertThat(call.broken()).containsExactly("delay");
    }

    @Test
    void lossIsNoticed() {
        Call call = measuredOnce();
        call.lost = FRAMES / 20;
        assertThat(call.broken()).containsExactly("complete");
    }

    @Test
    void aLineThatLetOnePacketThroughIsNoCompleteOne() {
        Call call = measuredOnce();
        call.unheard = FRAMES - 1;
        assertThat(call.broken()).containsExactly("complete");
        call.unheard = Promises.MAX_UNHEARD_AT_THE_ENDS;
        assertThat(call.broken()).isEmpty();
    }

    @Test
    void packetsThatAPhoneOrTheRelayRefusedAreNoticed() {
        Call phone = measuredOnce();
        phone.rejected = 1;
        assertThat(phone.broken()).containsExactly("untouched");
        Call relay = measuredOnce();
        relay.rejectedByRelay = 1;
        assertThat(relay.broken()).containsExactly("untouched");
    }

    @Test
    void onePacketOfAnotherSizeIsNoticed() {
        Call call = new Call();
        int at = media(call.tapA);
        WirePacket packet = call.tapA.get(at);
        byte[] longer = new byte[221];
        new Random(1).nextBytes(longer);
        call.tapA.set(
                at,
                new WirePacket(packet.nanos(), packet.source(), packet.destination(), longer).with(0, header(packet)));
        assertThat(call.broken()).contains("one-size");
    }

    @Test
    void aStreamThatSavesPacketsInPausesIsNoticed() {
        Call call = new Call();
        boolean[] speech = Sound.framesWithSpeech(doubles(A_SAYS), AudioFrame.SAMPLES);
        List<WirePacket> kept = new ArrayList<>();
        for (WirePacket packet : call.tapA) {
            long frame = (packet.nanos() - CLOCK_OFFSET - TALK) / AudioFrame.DURATION_NANOS - 1;
            boolean pause = packet.destination().equals(RELAY)
                    && packet.length() == 220
                    && (frame < 0 || frame >= speech.length || !speech[(int) frame]);
            if (!pause || frame % 2 == 0) {
                kept.add(packet);
            }
        }
        call.tapA = kept;
        assertThat(call.broken()).contains("no-rhythm", "one-beat");
    }

    @Test
    void aHeaderExtensionIsNoticed() {
        Call call = new Call();
        int at = media(call.tapA);
        call.tapA.set(at, call.tapA.get(at).with(0, new byte[] {(byte) 0x90}));
        assertThat(call.broken()).containsExactly("plain-headers");
    }

    @Test
    void aByteThatIsAlwaysTheSameIsNoNoise() {
        Call call = new Call();
        call.tapA.replaceAll(packet -> packet.length() == 220 ? packet.with(60, new byte[] {0x55}) : packet);
        assertThat(call.broken()).containsExactly("noise");
    }

    @Test
    void speechInTheClearIsFound() {
        Call call = new Call();
        OpusEncoder encoder = new OpusEncoder();
        byte[] opus = new byte[0];
        for (int i = 0; i <= 100; i++) {
            opus = encoder.encode(Arrays.copyOfRange(A_SAYS, i * AudioFrame.SAMPLES, (i + 1) * AudioFrame.SAMPLES));
        }
        int at = media(call.tapB);
        call.tapB.set(at, call.tapB.get(at).with(100, Arrays.copyOfRange(opus, 30, 45)));
        assertThat(call.broken()).containsExactly("no-plaintext");
    }

    @Test
    void aNameInTheClearIsFound() {
        Call call = new Call();
        int at = media(call.tapB);
        call.tapB.set(
                at, call.tapB.get(at).with(100, "tomás arrieta".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(call.broken()).containsExactly("no-plaintext");
    }

    @Test
    void officesThatShareAKeyADomainOrAFileAreNotTwo() {
        Call domain = measuredOnce();
        domain.domainOfB = "localhost:1";
        assertThat(domain.broken()).containsExactly("two-offices");
        Call file = measuredOnce();
        file.sharedFiles = List.of("office.key");
        assertThat(file.broken()).containsExactly("two-offices");
        Call unknown = measuredOnce();
        unknown.sharedFiles = null;
        assertThat(unknown.broken()).containsExactly("two-offices");
    }

    @Test
    void aLineThatRingsBeforeItIsApprovedIsNoticed() {
        Call call = measuredOnce();
        call.bound = false;
        assertThat(call.broken()).containsExactly("bound-line");
    }

    @Test
    void aPacketOfAnotherSizeOrKindBetweenTheOfficesIsNoticed() {
        Call size = new Call();
        byte[] longer = new byte[221];
        longer[0] = (byte) 0x80;
        longer[1] = 111;
        WirePacket like = size.trunkToB.get(100);
        size.trunkToB.set(100, new WirePacket(like.nanos(), like.source(), like.destination(), longer));
        assertThat(size.broken()).contains("trunk-sealed");
        Call kind = new Call();
        byte[] stun = new byte[96];
        stun[1] = 1;
        kind.trunkToA.add(new WirePacket(like.nanos(), like.destination(), like.source(), stun));
        assertThat(kind.broken()).contains("trunk-sealed");
    }

    @Test
    void aTrunkThatNobodySawOrThatGoesOneWayIsNotCalledSealed() {
        Call none = new Call();
        none.trunkToA = List.of();
        none.trunkToB = List.of();
        assertThat(none.broken()).containsExactly("trunk-sealed", "trunk-blind");
        Call oneWay = new Call();
        oneWay.trunkToA = List.of();
        assertThat(oneWay.broken()).containsExactly("trunk-sealed");
    }

    @Test
    void aByteThatIsAlwaysTheSameBetweenTheOfficesIsNoNoise() {
        Call call = new Call();
        call.trunkToB.replaceAll(packet -> packet.length() == 220 ? packet.with(60, new byte[] {0x55}) : packet);
        assertThat(call.broken()).containsExactly("trunk-sealed");
    }

    @Test
    void aPhonesAddressOrTheNumberOfItsStreamBetweenTheOfficesIsNoticed() {
        Call address = new Call();
        WirePacket like = address.trunkToB.getFirst();
        byte[] payload = new byte[220];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) like.unsignedByte(i);
        }
        address.trunkToB.set(0, new WirePacket(like.nanos(), address(40_001), like.destination(), payload));
        assertThat(address.broken()).containsExactly("trunk-blind");
        Call stream = new Call();
        stream.trunkToB.replaceAll(
                packet -> packet.length() == 220 ? packet.with(8, new byte[] {0, 0, 0, 77}) : packet);
        assertThat(stream.broken()).containsExactly("trunk-blind");
    }

    @Test
    void speechInTheClearBetweenTheOfficesIsFound() {
        Call call = new Call();
        call.trunkToB.set(50, call.trunkToB.get(50).with(100, NOTE.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(call.broken()).containsExactly("no-plaintext");
    }

    @Test
    void aPhoneThatRangForSomebodyElseOrAnAnswerThatTellsSomethingIsNoticed() {
        Call ring = measuredOnce();
        ring.rang = 1;
        assertThat(ring.broken()).containsExactly("leak-silent");
        Call answer = measuredOnce();
        answer.told = "This line is another person's.";
        assertThat(answer.broken()).containsExactly("leak-silent");
        Call nothing = measuredOnce();
        nothing.told = null;
        assertThat(nothing.broken()).containsExactly("leak-silent");
    }

    @Test
    void anIncidentThatIsMissingOrNamesAnotherCopyPersonOrOfficeIsNoticed() {
        Call missing = measuredOnce();
        missing.incidentNote = null;
        assertThat(missing.broken()).containsExactly("leak-named");
        Call copy = measuredOnce();
        copy.incidentNote = "given to Ingrid Holm";
        assertThat(copy.broken()).containsExactly("leak-named");
        Call person = measuredOnce();
        person.claimed = "Marit Solheim";
        assertThat(person.broken()).containsExactly("leak-named");
        Call proof = measuredOnce();
        proof.claimProved = false;
        assertThat(proof.broken()).containsExactly("leak-named");
        Call office = measuredOnce();
        office.fromOffice = null;
        assertThat(office.broken()).containsExactly("leak-named");
        Call count = measuredOnce();
        count.times = 0;
        assertThat(count.broken()).containsExactly("leak-named");
    }

    @Test
    void aWithdrawnLineThatRingsAndAnotherThatDoesNotAreNoticed() {
        Call rings = measuredOnce();
        rings.holderRang = true;
        assertThat(rings.broken()).containsExactly("withdrawn");
        Call kept = measuredOnce();
        kept.withdrawn = false;
        assertThat(kept.broken()).containsExactly("withdrawn");
        Call other = measuredOnce();
        other.otherRang = false;
        assertThat(other.broken()).containsExactly("others-ring");
    }

    private static List<WirePacket> trunk(boolean toB, long seed) {
        Random random = new Random(seed);
        InetSocketAddress from = address(toB ? 41_001 : 41_002);
        InetSocketAddress to = address(toB ? 41_002 : 41_001);
        List<WirePacket> packets = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] body = new byte[208];
            random.nextBytes(body);
            byte[] srtp = ByteBuffer.allocate(220)
                    .put((byte) 0x80)
                    .put((byte) 111)
                    .putShort((short) i)
                    .putInt(960 * i)
                    .putInt(toB ? 0x40 : 0x80)
                    .put(body)
                    .array();
            long nanos = CLOCK_OFFSET + TALK + 20_000_000L * (i + 1) + random.nextInt(300_000);
            packets.add(new WirePacket(nanos, from, to, srtp));
            if (i % 50 == 0) {
                byte[] report = new byte[80];
                random.nextBytes(report);
                report[0] = (byte) 0x81;
                report[1] = (byte) 201;
                packets.add(new WirePacket(nanos + 1, from, to, report));
            }
        }
        return packets;
    }

    private static byte[] header(WirePacket packet) {
        byte[] header = new byte[12];
        for (int i = 0; i < header.length; i++) {
            header[i] = (byte) packet.unsignedByte(i);
        }
        return header;
    }

    private static int media(List<WirePacket> tap) {
        for (int i = 200; i < tap.size(); i++) {
            if (tap.get(i).length() == 220 && tap.get(i).destination().equals(RELAY)) {
                return i;
            }
        }
        throw new AssertionError("no media");
    }

    private static Facts.Person person(String name, String title) {
        return person(name, title, "localhost:1", "02");
    }

    private static Facts.Person person(String name, String title, String office, String key) {
        return new Facts.Person(
                name,
                title,
                office,
                "00".repeat(32),
                "01".repeat(32),
                key.repeat(32),
                "vouched for",
                List.of(),
                List.of("orbit", "lemon", "hazard", "quick"),
                "speech.wav");
    }

    private static Track track(short[] samples, double delaySeconds) {
        Track track = new Track();
        for (int i = 0; i < samples.length / AudioFrame.SAMPLES; i++) {
            track.add(
                    Arrays.copyOfRange(samples, i * AudioFrame.SAMPLES, (i + 1) * AudioFrame.SAMPLES),
                    TALK + (long) (delaySeconds * 1e9) + i * AudioFrame.DURATION_NANOS);
        }
        return track;
    }

    private static List<WirePacket> tap(int port, long seed) {
        Random random = new Random(seed);
        List<WirePacket> packets = new ArrayList<>();
        byte[] stun = new byte[96];
        stun[1] = 1;
        packets.add(packet(-150, port, true, stun));
        for (int i = 0; i < FRAMES; i++) {
            for (boolean up : new boolean[] {true, false}) {
                byte[] body = new byte[208];
                random.nextBytes(body);
                byte[] srtp = ByteBuffer.allocate(220)
                        .put((byte) 0x80)
                        .put((byte) 111)
                        .putShort((short) (i + 65_000))
                        .putInt(960 * i)
                        .putInt(up ? 77 : 78)
                        .put(body)
                        .array();
                packets.add(packet(
                        20.0 * (i + 1) + 0.3 * Math.abs(random.nextGaussian()) + (up ? 0.1 : 9), port, up, srtp));
            }
        }
        packets.sort(Comparator.comparingLong(WirePacket::nanos));
        return packets;
    }

    private static WirePacket packet(double millis, int port, boolean up, byte[] payload) {
        long nanos = CLOCK_OFFSET + TALK + (long) (millis * 1e6);
        return up
                ? new WirePacket(nanos, address(port), RELAY, payload)
                : new WirePacket(nanos, RELAY, address(port), payload);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static short[] speech(String name, double fromSeconds) {
        double[] samples = TestSignals.doubles(TestSignals.speech(name).resampledTo(AudioFrame.SAMPLE_RATE));
        double[] placed =
                Sound.shifted(samples, -(int) (fromSeconds * AudioFrame.SAMPLE_RATE), FRAMES * AudioFrame.SAMPLES);
        float[] floats = new float[placed.length];
        for (int i = 0; i < placed.length; i++) {
            floats[i] = (float) placed[i];
        }
        return Pcm.ofFloats(AudioFrame.SAMPLE_RATE, floats).toShorts();
    }

    private static short[] throughOpus(short[] samples) {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        short[] out = new short[samples.length];
        try {
            for (int i = 0; i < samples.length; i += AudioFrame.SAMPLES) {
                byte[] packet = encoder.encode(Arrays.copyOfRange(samples, i, i + AudioFrame.SAMPLES));
                System.arraycopy(decoder.decode(packet), 0, out, i, AudioFrame.SAMPLES);
            }
        } catch (org.whodis.media.opus.OpusException e) {
            throw new AssertionError(e);
        }
        return out;
    }

    private static double[] doubles(short[] samples) {
        double[] out = new double[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = samples[i] / 32_768.0;
        }
        return out;
    }
}
