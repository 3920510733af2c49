package org.whodis.app.report;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.whodis.app.measure.Sound;
import org.whodis.app.measure.TestSignals;
import org.whodis.app.wire.WirePacket;

/** A report of a call that never was: recorded speech, and packets as they would be, from a seed. */
public final class SampleReport {
    private static final long START = 1_795_350_000_000_000_000L;
    private static final int SECONDS = 16;
    private static final InetSocketAddress RELAY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 3478);

    private SampleReport() {}

    /** Writes the page to the file named, to look at it. */
    public static void main(String[] arguments) throws Exception {
        Files.writeString(Path.of(arguments[0]), ReportPage.render(facts("Marit Solheim", true), media()));
    }

    public static CallMedia media() {
        double[] a = track("sense-and-sensibility.wav", 0.4);
        double[] b = track("go-forward.wav", 5.6);
        return new CallMedia(
                a, heard(a, 1), b, heard(b, 2), tap(40_001, new Random(1)), tap(40_002, new Random(2)), trunk(), START);
    }

    public static Facts facts(String nameOfA, boolean held) {
        List<Facts.Promise> promises = new ArrayList<>();
        promises.add(new Facts.Promise(
                "identity",
                "Each phone proved who the other person is before it rang",
                true,
                "Both chains of signatures verified; Ed25519 and ML-DSA-65 under every statement"));
        promises.add(new Facts.Promise(
                "words", "Both screens show the same words", true, "acoustic marble tenant velvet, twice"));
        promises.add(new Facts.Promise(
                "heard-by-b",
                "What " + nameOfA + " said can be understood at the other end",
                held,
                held ? "STOI 0.97, at least 0.85 wanted" : "STOI 0.41, at least 0.85 wanted"));
        promises.add(new Facts.Promise(
                "one-size", "Every sealed packet has one size", true, "220 bytes, 1 602 of 1 602 packets"));
        Facts.Person a = new Facts.Person(
                nameOfA,
                "Prime Minister of Vestmark",
                "localhost:38217",
                "3f".repeat(32),
                "a7".repeat(32),
                "0c".repeat(32),
                "Vouched for by their office only",
                List.of("x"),
                List.of("orbit", "lemon", "hazard", "quick"),
                "sense-and-sensibility.wav");
        Facts.Person b = new Facts.Person(
                "Tomás Arrieta",
                "Foreign Secretary of Aldera",
                "localhost:38219",
                "5b".repeat(32),
                "d1".repeat(32),
                "4e".repeat(32),
                "Vouched for by their office only",
                List.of("x"),
                List.of("absent", "river", "noble", "kiwi"),
                "go-forward.wav");
        Facts.Sound sound = new Facts.Sound(
                10.1,
                -21.4,
                -21.9,
                held ? 0.97 : 0.41,
                "STOI: Taal et al. 2011",
                11.2,
                "SI-SDR: Le Roux et al. 2019",
                71.2,
                73.9,
                801,
                801,
                0,
                1,
                0,
                2,
                0.21);
        List<Facts.Flow> flows = new ArrayList<>();
        for (String tap : List.of("a", "b")) {
            for (String direction : List.of("to relay", "to phone")) {
                flows.add(new Facts.Flow(
                        tap,
                        direction,
                        "127.0.0.1:40001",
                        "127.0.0.1:3478",
                        List.of(
                                new Facts.Kind("SRTP", 800, 176_000, List.of(new Facts.Size(220, 800))),
                                new Facts.Kind("STUN", 8, 640, List.of(new Facts.Size(64, 4), new Facts.Size(96, 4)))),
                        new Facts.Spread(799, 20.0, 0.4, 17.1, 20.0, 21.2, 24.6),
                        800,
                        0,
                        0,
                        0.21,
                        new Facts.Headers(0, 1, 1, 0),
                        new Facts.Randomness(166_400, 7.9989, 7.9989, 251.3, 0.55, 208, 7.68, 7.754, 7.755)));
            }
        }
        List<Facts.Flow> trunk = new ArrayList<>();
        for (String direction : List.of("a to b", "b to a")) {
            Facts.Flow like = flows.getFirst();
            trunk.add(new Facts.Flow(
                    "trunk",
                    direction,
                    "127.0.0.1:41001",
                    "127.0.0.1:41002",
                    List.of(
                            new Facts.Kind("SRTP", 800, 176_000, List.of(new Facts.Size(220, 800))),
                            new Facts.Kind("SRTCP", 19, 1_520, List.of(new Facts.Size(80, 19)))),
                    like.gaps(),
                    800,
                    0,
                    0,
                    0.3,
                    like.headers(),
                    like.randomness()));
        }
        return new Facts(
                Facts.VERSION,
                "Whodis 0.1.0",
                "2026-11-22T13:04:05Z",
                SECONDS,
                held,
                promises,
                a,
                b,
                new Facts.ComparisonWords(
                        List.of("acoustic", "marble", "tenant", "velvet"),
                        List.of("acoustic", "marble", "tenant", "velvet"),
                        true,
                        44),
                new Facts.Protection(
                        "MLKEM768X25519_AES256GCM_SHA384_Ed25519",
                        "AES_256_GCM_SHA512_128",
                        "SRTP_AEAD_AES_256_GCM",
                        "DTLS 1.2",
                        "TLSv1.3",
                        "X25519MLKEM768",
                        "TLS_AES_256_GCM_SHA384",
                        "Ed25519 and ML-DSA-65"),
                List.of(
                        new Facts.Time("office-start", "Office started", 812.0, 2000.0),
                        new Facts.Time("call-to-ringing", "Call to ringing", 43.0, null),
                        new Facts.Time("answer-to-audio", "Answer to the first sound at B", 64.0, 100.0),
                        new Facts.Time("whole", "Whole demonstration", 22_300.0, 30_000.0)),
                sound,
                sound,
                line(nameOfA, held),
                new Facts.Wire(
                        "wire.pcap",
                        3_266,
                        0,
                        flows,
                        trunk,
                        new Facts.Plaintext(
                                700_000, 900_000, List.of("both names", "sound as encoded"), List.of(), 3, 3),
                        List.of(new Facts.SpeechOrPause("a", 310, 490, true, 0.06, 0.41, false, 0.97, 0.001, true))),
                new Facts.Environment("Java 25.0.3", "Linux 6.1 amd64", 2),
                List.of(new Facts.FileNote("wire.pcap", "Everything that passed the taps; Wireshark opens it.")));
    }

    private static Facts.Line line(String nameOfA, boolean held) {
        return new Facts.Line(
                "Tomás Arrieta",
                nameOfA,
                "given to " + nameOfA + " at the summit",
                List.of(
                        "orbit",
                        "lemon",
                        "hazard",
                        "quick",
                        "acoustic",
                        "marble",
                        "tenant",
                        "velvet",
                        "absent",
                        "river"),
                true,
                new Facts.Leak(
                        "Vic Vance",
                        "localhost:38217",
                        held ? 0 : 1,
                        held ? "There is no such line." : "It rings.",
                        503.0,
                        "There is no such line.",
                        504.0,
                        held ? "given to " + nameOfA + " at the summit" : null,
                        held ? "Vic Vance" : null,
                        held,
                        held ? "localhost:38217" : null,
                        held ? 1 : 0),
                new Facts.Afterwards(true, !held, "Ingrid Holm", held, held ? 61.0 : null));
    }

    private static List<WirePacket> trunk() {
        return List.of();
    }

    private static double[] track(String name, double fromSeconds) {
        double[] speech = TestSignals.doubles(TestSignals.speech(name).resampledTo(CallMedia.SAMPLE_RATE));
        return Sound.shifted(speech, -(int) (fromSeconds * CallMedia.SAMPLE_RATE), SECONDS * CallMedia.SAMPLE_RATE);
    }

    private static double[] heard(double[] spoken, long seed) {
        double[] late = Sound.shifted(spoken, -3_500, spoken.length);
        return TestSignals.withNoise(late, TestSignals.noise(late.length, seed), 35);
    }

    private static List<WirePacket> tap(int port, Random random) {
        InetSocketAddress phone = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        List<WirePacket> packets = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] stun = new byte[i % 2 == 0 ? 96 : 64];
            stun[1] = 1;
            packets.add(at(-200 + i * 2400, phone, i % 2 == 0, stun, random));
        }
        for (int size : new int[] {234, 60, 266, 1100, 480, 91}) {
            byte[] dtls = new byte[size];
            dtls[0] = 22;
            packets.add(at(-120 + size / 20.0, phone, size > 234, dtls, random));
        }
        for (int i = 0; i < SECONDS * 50; i++) {
            for (boolean up : new boolean[] {true, false}) {
                byte[] body = new byte[208];
                random.nextBytes(body);
                byte[] srtp = ByteBuffer.allocate(220)
                        .put((byte) 0x80)
                        .put((byte) 111)
                        .putShort((short) (i + 100))
                        .putInt(960 * i)
                        .putInt(up ? 77 : 78)
                        .put(body)
                        .array();
                packets.add(
                        at(20.0 * i + 0.3 * Math.abs(random.nextGaussian()) + (up ? 1 : 9), phone, up, srtp, random));
            }
            if (i % 100 == 7) {
                byte[] srtcp = new byte[68];
                srtcp[0] = (byte) 0x80;
                srtcp[1] = (byte) 200;
                packets.add(at(20.0 * i, phone, true, srtcp, random));
            }
        }
        packets.sort(Comparator.comparingLong(WirePacket::nanos));
        return packets;
    }

    private static WirePacket at(double millis, InetSocketAddress phone, boolean up, byte[] payload, Random random) {
        long nanos = START + (long) (millis * 1e6) + random.nextInt(1000);
        return up ? new WirePacket(nanos, phone, RELAY, payload) : new WirePacket(nanos, RELAY, phone, payload);
    }
}
