package org.whodis.app.demo;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.app.measure.Sound;
import org.whodis.app.measure.SpeechInTiming;
import org.whodis.app.measure.Statistics;
import org.whodis.app.measure.Stoi;
import org.whodis.app.report.CallMedia;
import org.whodis.app.report.Facts;
import org.whodis.app.wire.FlowFigures;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.PlaintextSearch;
import org.whodis.app.wire.WirePacket;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;
import org.whodis.media.opus.OpusEncoder;

/** Turns what was observed into figures. */
final class CallAnalysis {
    /** Sound is still on its way when the last word has been said. */
    static final double TAIL_SECONDS = 0.5;

    private static final double MAX_DELAY_SECONDS = 1;
    private static final double PIECE_SECONDS = 1;
    private static final double PIECE_AROUND_SECONDS = 0.2;

    /** The stream that the test of rhythm has to find out sends half as often in pauses. */
    private static final double PAUSE_STRETCH = 2;

    private static final String SI_SDR_CITATION =
            "SI-SDR: J. Le Roux, S. Wisdom, H. Erdogan, J. R. Hershey, \"SDR – half-baked or well done?\", ICASSP 2019;"
                    + " taken at 10 kHz. It counts phase, which a codec is free to change: a low value is not a bad sound";

    private final Observed seen;
    private final CallMedia media;

    CallAnalysis(Observed seen) {
        this.seen = seen;
        int length = (int) ((seen.talkSeconds() + TAIL_SECONDS) * CallMedia.SAMPLE_RATE);
        long from = seen.talkFromNanos();
        media = new CallMedia(
                seen.a().mouth().from(from, length),
                seen.b().ear().from(from, length),
                seen.b().mouth().from(from, length),
                seen.a().ear().from(from, length),
                seen.a().tap(),
                seen.b().tap(),
                seen.trunk().both(),
                from + seen.clockOffset());
    }

    CallMedia media() {
        return media;
    }

    Facts.Sound aToB() {
        return sound(seen.a(), seen.b());
    }

    Facts.Sound bToA() {
        return sound(seen.b(), seen.a());
    }

    private int length() {
        return (int) ((seen.talkSeconds() + TAIL_SECONDS) * CallMedia.SAMPLE_RATE);
    }

    private Facts.Sound sound(Observed.Side from, Observed.Side to) {
        double[] spoken48 = from.mouth().from(seen.talkFromNanos(), length());
        double[] heard48 = to.ear().from(seen.talkFromNanos(), length());
        Observed.PhoneFigures sender = from.figures();
        Observed.PhoneFigures hearer = to.figures();
        double[] spoken = resampled(spoken48);
        double[] heard = resampled(heard48);
        int rate = Stoi.SAMPLE_RATE;
        Sound.Alignment whole = Sound.align(spoken, heard, 0, (int) (MAX_DELAY_SECONDS * rate));
        Sound.Laid laid = Sound.alignPiecewise(
                spoken, heard, whole, (int) (PIECE_SECONDS * rate), (int) (PIECE_AROUND_SECONDS * rate));
        double[] delays = laid.lags();
        boolean anySpeech = Sound.levelDb(spoken) > -100;
        return new Facts.Sound(
                speechSeconds(spoken48),
                Sound.levelDb(spoken),
                Sound.levelDb(heard),
                anySpeech ? likeness(spoken, laid.heard()) : null,
                Stoi.CITATION,
                anySpeech ? Sound.scaleInvariantSdrDb(spoken, laid.heard()) : null,
                SI_SDR_CITATION,
                hearer.mouthToEarMillis(),
                delays.length == 0 ? null : Statistics.summary(delays).median() * 1000 / rate,
                sender.sent(),
                hearer.received(),
                hearer.lost(),
                hearer.late(),
                hearer.rejected(),
                hearer.concealed(),
                hearer.jitterMillis());
    }

    private static @Nullable Double likeness(double[] spoken, double[] heard) {
        try {
            return Stoi.of(spoken, heard);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static double speechSeconds(double[] signal) {
        int count = 0;
        for (boolean speech : Sound.framesWithSpeech(signal, AudioFrame.SAMPLES)) {
            count += speech ? 1 : 0;
        }
        return count * 0.02;
    }

    private static double[] resampled(double[] signal) {
        float[] floats = new float[signal.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) signal[i];
        }
        float[] out = Pcm.ofFloats(CallMedia.SAMPLE_RATE, floats)
                .resampledTo(Stoi.SAMPLE_RATE)
                .toFloats();
        double[] doubles = new double[out.length];
        for (int i = 0; i < out.length; i++) {
            doubles[i] = out[i];
        }
        return doubles;
    }

    Facts.Wire wire(String captureName) {
        List<Facts.Flow> flows = new ArrayList<>();
        flows.addAll(flows("a", seen.a().tap()));
        flows.addAll(flows("b", seen.b().tap()));
        return new Facts.Wire(
                captureName,
                seen.a().tap().size()
                        + seen.b().tap().size()
                        + seen.trunk().both().size(),
                seen.unrecorded(),
                flows,
                trunk(),
                plaintext(),
                List.of(speechOrPause("a", seen.a()), speechOrPause("b", seen.b())));
    }

    private List<Facts.Flow> trunk() {
        List<Facts.Flow> flows = new ArrayList<>();
        trunk(flows, "a to b", seen.trunk().aToB());
        trunk(flows, "b to a", seen.trunk().bToA());
        return flows;
    }

    private static void trunk(List<Facts.Flow> into, String direction, List<WirePacket> packets) {
        if (!packets.isEmpty()) {
            WirePacket first = packets.getFirst();
            into.add(flow("trunk", direction, first.source(), first.destination(), new FlowFigures(packets)));
        }
    }

    private static List<Facts.Flow> flows(String tap, List<WirePacket> packets) {
        if (packets.isEmpty()) {
            return List.of();
        }
        InetSocketAddress phone = packets.getFirst().source();
        InetSocketAddress relay = packets.getFirst().destination();
        return List.of(
                flow(
                        tap,
                        "to relay",
                        phone,
                        relay,
                        FlowFigures.of(packets, p -> p.destination().equals(relay))),
                flow(
                        tap,
                        "to phone",
                        relay,
                        phone,
                        FlowFigures.of(packets, p -> p.source().equals(relay))));
    }

    private static Facts.Flow flow(
            String tap, String direction, InetSocketAddress from, InetSocketAddress to, FlowFigures figures) {
        List<Facts.Kind> kinds = new ArrayList<>();
        for (Map.Entry<PacketKind, FlowFigures.Kind> kind : figures.kinds().entrySet()) {
            List<Facts.Size> sizes = kind.getValue().sizes().entrySet().stream()
                    .map(size -> new Facts.Size(size.getKey(), size.getValue()))
                    .toList();
            kinds.add(new Facts.Kind(
                    kind.getKey().title(),
                    kind.getValue().packets(),
                    kind.getValue().bytes(),
                    sizes));
        }
        Statistics.Summary gaps = figures.gapsMillis();
        FlowFigures.Randomness random = figures.randomness();
        FlowFigures.Headers headers = figures.headers();
        return new Facts.Flow(
                tap,
                direction,
                written(from),
                written(to),
                kinds,
                new Facts.Spread(
                        gaps.count(), gaps.mean(), gaps.deviation(), gaps.min(), gaps.median(), gaps.p99(), gaps.max()),
                figures.expected(),
                figures.lost(),
                figures.duplicates(),
                figures.jitterMillis(),
                new Facts.Headers(
                        headers.withPaddingExtensionOrCsrc(),
                        headers.payloadTypes(),
                        headers.ssrcs(),
                        headers.irregularTimestamps()),
                new Facts.Randomness(
                        random.bytes(),
                        random.entropyBits(),
                        random.expectedBits(),
                        random.chiSquare(),
                        random.chiSquareP(),
                        random.positions(),
                        random.positionMinBits(),
                        random.positionMeanBits(),
                        random.positionExpectedBits()));
    }

    private static String written(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private Facts.Plaintext plaintext() {
        List<WirePacket> packets = new ArrayList<>(seen.a().tap());
        packets.addAll(seen.b().tap());
        packets.addAll(seen.trunk().both());
        Secrets secrets = new Secrets();
        List<String> lookedFor = new ArrayList<>();
        PlaintextSearch.Result result = search(packets, secrets, lookedFor);
        List<WirePacket> planted = planted(packets, secrets);
        long found = search(planted, secrets, new ArrayList<>()).findings().stream()
                .mapToInt(PlaintextSearch.Finding::packet)
                .distinct()
                .count();
        return new Facts.Plaintext(
                result.windowsOnTheWire(),
                result.needles(),
                lookedFor,
                result.findings().stream()
                        .map(finding -> finding.what() + " in packet " + (finding.packet() + 1))
                        .toList(),
                planted.size(),
                (int) found);
    }

    /** What was said, as samples and as Opus. */
    private final class Secrets {
        final short[] aSaid = seen.a().mouth().samples();
        final short[] bSaid = seen.b().mouth().samples();
        final byte[] aEncoded = encoded(aSaid);
        final byte[] bEncoded = encoded(bSaid);
    }

    private PlaintextSearch.Result search(List<WirePacket> packets, Secrets secrets, List<String> lookedFor) {
        PlaintextSearch search = new PlaintextSearch(packets);
        search.samples("samples that A spoke", secrets.aSaid).bytes("Opus of what A spoke", secrets.aEncoded);
        search.samples("samples that B spoke", secrets.bSaid).bytes("Opus of what B spoke", secrets.bEncoded);
        for (Observed.Side side : List.of(seen.a(), seen.b())) {
            text(search, lookedFor, "the name " + side.expectedName(), side.expectedName());
            text(search, lookedFor, "the title " + side.expectedTitle(), side.expectedTitle());
            text(search, lookedFor, "the comparison words", String.join(" ", side.words()));
            text(
                    search,
                    lookedFor,
                    "the words of enrolment",
                    String.join(" ", side.person().confirmedWords()));
        }
        text(
                search,
                lookedFor,
                "the words of the line",
                String.join(" ", seen.line().words()));
        text(search, lookedFor, "the note on the line", seen.line().note());
        lookedFor.add("any four samples in a row of what was spoken, in both byte orders");
        lookedFor.add("any eight bytes in a row of the Opus packets that were sealed");
        return search.result();
    }

    private static void text(PlaintextSearch search, List<String> lookedFor, String what, String text) {
        if (text.length() >= 4) {
            search.text(what, text);
            if (!lookedFor.contains(what)) {
                lookedFor.add(what);
            }
        }
    }

    /** The encoder knows no chance: the same frames from the first one on give the same packets as in the phone. */
    private static byte[] encoded(short[] samples) {
        OpusEncoder encoder = new OpusEncoder();
        int frames = samples.length / AudioFrame.SAMPLES;
        byte[] out = new byte[frames * OpusEncoder.PACKET_LENGTH];
        for (int i = 0; i < frames; i++) {
            byte[] packet =
                    encoder.encode(Arrays.copyOfRange(samples, i * AudioFrame.SAMPLES, (i + 1) * AudioFrame.SAMPLES));
            System.arraycopy(packet, 0, out, i * OpusEncoder.PACKET_LENGTH, OpusEncoder.PACKET_LENGTH);
        }
        return out;
    }

    /** Three packets of the capture into which speech, samples and a name were put: the search has to find each. */
    private List<WirePacket> planted(List<WirePacket> packets, Secrets secrets) {
        List<WirePacket> media = packets.stream()
                .filter(packet -> packet.kind() == PacketKind.SRTP && packet.length() > 100)
                .toList();
        if (media.size() < 3) {
            return List.of();
        }
        int loudest = loudest(secrets.aSaid);
        int frame = loudest / AudioFrame.SAMPLES * OpusEncoder.PACKET_LENGTH;
        byte[] samples = new byte[16];
        for (int i = 0; i < 8; i++) {
            samples[2 * i] = (byte) secrets.aSaid[loudest + i];
            samples[2 * i + 1] = (byte) (secrets.aSaid[loudest + i] >> 8);
        }
        byte[] opus = Arrays.copyOfRange(secrets.aEncoded, frame + 10, frame + 40);
        byte[] name = seen.a().expectedName().getBytes(StandardCharsets.UTF_8);
        return List.of(
                media.get(0).with(40, opus),
                media.get(media.size() / 2).with(40, samples),
                media.getLast().with(40, name));
    }

    private static int loudest(short[] samples) {
        int best = 0;
        for (int i = 0; i + 8 < samples.length; i++) {
            if (Math.abs(samples[i]) > Math.abs(samples[best])) {
                best = i;
            }
        }
        return best;
    }

    private Facts.SpeechOrPause speechOrPause(String tap, Observed.Side side) {
        boolean a = tap.equals("a");
        boolean[] spoken =
                Sound.framesWithSpeech(side.mouth().from(seen.talkFromNanos(), length()), AudioFrame.SAMPLES);
        List<WirePacket> packets = media.sentBy(a);
        double[] gaps = new double[Math.max(0, packets.size() - 1)];
        boolean[] speech = new boolean[gaps.length];
        for (int i = 0; i < gaps.length; i++) {
            WirePacket packet = packets.get(i + 1);
            gaps[i] = (packet.nanos() - packets.get(i).nanos()) / 1e6;
            speech[i] = isSpeech(spoken, packet);
        }
        SpeechInTiming.Result result = SpeechInTiming.of(gaps, speech);
        SpeechInTiming.Result control = control(gaps, speech);
        return new Facts.SpeechOrPause(
                tap,
                result.inSpeech(),
                result.inPauses(),
                sizes(packets, spoken, true).equals(sizes(packets, spoken, false)) || result.inPauses() == 0,
                result.statistic(),
                result.p(),
                result.told(),
                control.statistic(),
                control.p(),
                control.told());
    }

    /** The frame in a packet was spoken in the 20 ms before it left. */
    private boolean isSpeech(boolean[] spoken, WirePacket packet) {
        long since = packet.nanos() - seen.clockOffset() - seen.talkFromNanos() - AudioFrame.DURATION_NANOS;
        long frame = since / AudioFrame.DURATION_NANOS;
        return frame >= 0 && frame < spoken.length && spoken[(int) frame];
    }

    private java.util.Set<Integer> sizes(List<WirePacket> packets, boolean[] spoken, boolean inSpeech) {
        java.util.Set<Integer> sizes = new java.util.TreeSet<>();
        for (WirePacket packet : packets) {
            if (isSpeech(spoken, packet) == inSpeech) {
                sizes.add(packet.length());
            }
        }
        return sizes;
    }

    /** The stream as it would be if it sent less in pauses, which codecs do that save data. */
    private static SpeechInTiming.Result control(double[] gaps, boolean[] speech) {
        double[] saving = new double[gaps.length];
        for (int i = 0; i < gaps.length; i++) {
            saving[i] = speech[i] ? gaps[i] : PAUSE_STRETCH * gaps[i];
        }
        return SpeechInTiming.of(saving, speech);
    }
}
