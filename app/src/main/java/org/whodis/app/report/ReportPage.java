package org.whodis.app.report;

import static org.whodis.app.report.Html.number;
import static org.whodis.app.report.Html.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.whodis.app.measure.Sound;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WirePacket;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

/**
 * {@code report.html}: one page that needs nothing but itself. No script runs in it, nothing is fetched (its own policy
 * forbids both), and everything a person typed is escaped.
 */
public final class ReportPage {
    private static final int PICTURE_WIDTH = 720;
    private static final int PICTURE_HEIGHT = 132;
    private static final int PLAYER_RATE = 16_000;
    private static final int RTP_HEADER = 12;

    /** Spans from here on are told without a bar, which would make dots of all others. */
    private static final double LONG_MILLIS = 20_000;

    /** Longer calls are linked to their WAV files instead of being put into the page. */
    private static final double MAX_EMBEDDED_SECONDS = 60;

    private final Facts facts;
    private final CallMedia media;
    private final StringBuilder out = new StringBuilder(1 << 22);

    private ReportPage(Facts facts, CallMedia media) {
        this.facts = facts;
        this.media = media;
    }

    /** The whole page. */
    public static String render(Facts facts, CallMedia media) {
        ReportPage page = new ReportPage(facts, media);
        page.head();
        page.hero();
        page.people();
        page.words();
        page.conversation();
        page.line();
        page.promises();
        page.times();
        page.wire();
        page.appendix();
        page.foot();
        return page.out.toString();
    }

    private void head() {
        add("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="referrer" content="no-referrer">
                <title>Whodis: %s and %s</title>
                <style>
                %s
                </style>
                </head>
                <body>
                <main>
                """, text(facts.a().name()), text(facts.b().name()), style());
    }

    private void hero() {
        long held = facts.promises().stream().filter(Facts.Promise::held).count();
        String all = number(facts.promises().size());
        String said = facts.held()
                ? "<span>They know who they spoke to.</span> <span>Nobody else heard a word.</span>"
                : "Not every promise was kept.";
        String verdict = facts.held()
                ? "All " + all + " promises held"
                : number(facts.promises().size() - held) + " of " + all + " promises did not hold: "
                        + facts.promises().stream()
                                .filter(p -> !p.held())
                                .map(p -> text(p.says()))
                                .collect(Collectors.joining("; "));
        add(
                """
                <header class="hero">
                <p class="mark">Whodis<span>%s</span></p>
                <h1>%s</h1>
                <p class="lede">%s and %s talked for %s seconds. Below is what each of them said, what the other one heard,
                and what a wiretap on the line got: %s packets, and not a word.</p>
                <p class="verdict %s"><b aria-hidden="true">%s</b> %s</p>
                </header>
                """,
                text(day()),
                said,
                text(facts.a().name()),
                text(facts.b().name()),
                number(Math.round(facts.callSeconds())),
                number(facts.wire().packets()),
                facts.held() ? "held" : "broken",
                facts.held() ? "✓" : "✗",
                verdict);
    }

    private String day() {
        return facts.startedAt().replace('T', ' ').replaceFirst(":\\d\\d(\\.\\d+)?Z$", " UTC");
    }

    private void people() {
        add("<section aria-labelledby=\"who\"><h2 id=\"who\">Who was on the line</h2>\n<div class=\"people\">\n");
        person(facts.a(), facts.b(), "a");
        person(facts.b(), facts.a(), "b");
        add("</div></section>\n");
    }

    private void person(Facts.Person person, Facts.Person other, String side) {
        add(
                """
                <article class="person %s">
                <h3>%s</h3>
                <p class="title">%s</p>
                <p class="office">%s</p>
                <p class="seen">What %s’s screen said of this person, worked out from keys and signatures alone:</p>
                <blockquote>%s</blockquote>
                <dl>
                <dt>Identity</dt><dd><code>%s</code></dd>
                <dt>Device</dt><dd><code>%s</code></dd>
                <dt>Enrolled with</dt><dd>%s</dd>
                </dl>
                </article>
                """,
                side,
                text(person.name()),
                text(person.title()),
                text(person.office()),
                text(other.name()),
                text(person.assurance()),
                fingerprint(person.principalId()),
                fingerprint(person.deviceId()),
                text(String.join(" ", person.confirmedWords())));
    }

    private void words() {
        boolean equal = facts.words().equal();
        add("""
                <section class="words %s" aria-labelledby="compare"><h2 id="compare">%s</h2>
                """, equal ? "held" : "broken", equal ? "The words on both screens" : "The words differ");
        if (equal) {
            add("<p class=\"big\">%s</p>\n", wordList(facts.words().a()));
        } else {
            add(
                    "<p class=\"big\">%s</p><p class=\"big\">%s</p>\n",
                    wordList(facts.words().a()), wordList(facts.words().b()));
        }
        add("""
                <p>Either of them can read these aloud. If somebody stood between the two phones, the words would differ: both
                sides had to commit themselves before they could see them, so an intruder has one guess in 2<sup>%s</sup>, and
                no way to search for a better one.</p>
                </section>
                """, number(facts.words().bits()));
    }

    private static String wordList(List<String> words) {
        return words.stream().map(word -> "<span>" + text(word) + "</span>").collect(Collectors.joining(" "));
    }

    private void conversation() {
        add("""
                <section class="wide" aria-labelledby="talk"><h2 id="talk">Said, sent, heard</h2>
                <p>Each column is one direction of the call, from left to right in time. Top: what was said. Middle: what
                travelled past the wiretap, every byte of it as a dot. Bottom: what came out at the other end.</p>
                <div class="pair">
                """);
        direction(facts.a(), facts.b(), facts.aToB(), media.aSpoke(), media.bHeard(), true);
        direction(facts.b(), facts.a(), facts.bToA(), media.bSpoke(), media.aHeard(), false);
        add("</div></section>\n");
    }

    private void direction(
            Facts.Person from, Facts.Person to, Facts.Sound figures, double[] spoken, double[] heard, boolean a) {
        List<WirePacket> sent = media.sentBy(a);
        add(
                "<div class=\"direction %s\">\n<h3>%s <span>to</span> %s</h3>\n",
                a ? "a" : "b", text(from.name()), text(to.name()));
        // Both waves are drawn to one scale, so that a loss of loudness shows.
        double scale = 0.95 / Math.pow(10, Sound.peakDb(spoken) / 20);
        track(from.name() + " said", spoken, scale, "", a ? "a-said.wav" : "b-said.wav");
        wireTrack(sent);
        track(to.name() + " heard", heard, scale, likeness(figures), a ? "b-heard.wav" : "a-heard.wav");
        add("</div>\n");
    }

    /** Four moments of one address: given, called by, read out, withdrawn. */
    private void line() {
        Facts.Line line = facts.line();
        Facts.Leak leak = line.leak();
        Facts.Afterwards after = line.afterwards();
        add("""
                <section class="line" aria-labelledby="line"><h2 id="line">An address for one person</h2>
                <p>%s called by a line that %s had given to nobody else. Afterwards these words were read out, as at a press
                conference:</p>
                <p class="aloud">%s</p>
                <ol class="story">
                """, text(line.holder()), text(line.owner()), text(String.join(" ", line.words())));
        moment(
                line.bound(),
                "Given",
                text(line.owner()) + " wrote on it “" + text(line.note()) + "”. " + text(line.holder())
                        + " redeemed it and proved who that is. It rang only after " + text(line.owner())
                        + " had approved.");
        moment(
                leak.rangSomewhere() == 0,
                "Tried by somebody else",
                text(leak.by()) + ", who had heard it, typed it in and called. Phones that rang: <b>"
                        + number(leak.rangSomewhere()) + "</b>. The answer"
                        + (leak.answerMillis() == null ? "" : ", after " + duration(leak.answerMillis()) + ",")
                        + (leak.told() != null && leak.told().equals(leak.toldOfNone())
                                ? " was the one that an address gets which nobody ever gave."
                                : " was another than that for an address which nobody ever gave."));
        moment(
                line.note().equals(leak.incidentNote()),
                "Found out",
                leak.incidentNote() == null
                        ? text(line.owner()) + "’s phone showed nothing."
                        : text(line.owner()) + "’s phone showed whose copy leaked: <b>“" + text(leak.incidentNote())
                                + "”</b>, and who tried it: "
                                + text(leak.claimed() == null ? "unknown" : leak.claimed())
                                + " of " + text(leak.fromOffice() == null ? "no known office" : leak.fromOffice())
                                + (leak.claimProved() ? ", proved by signature." : ", not proved."));
        moment(
                after.withdrawn() && !after.holderRang() && after.otherRang(),
                "Withdrawn",
                "With one tap that copy " + (after.holderRang() ? "did not stop ringing." : "rings nobody any more.")
                        + " "
                        + text(after.other())
                        + (after.otherRang()
                                ? ", who has a line too, called and it rang as before."
                                : ", who has a line too, could not ring any more."));
        add("</ol></section>\n");
    }

    private void moment(boolean held, String title, String html) {
        add("<li class=\"%s\"><h3>%s</h3><p>%s</p></li>\n", held ? "held" : "broken", text(title), html);
    }

    private static String likeness(Facts.Sound figures) {
        List<String> parts = new ArrayList<>();
        if (figures.likeness() != null) {
            parts.add("intelligibility <b>" + number(figures.likeness(), 2) + "</b> of 1");
        }
        if (figures.mouthToEarMeasured() != null) {
            parts.add("<b>" + number(Math.round(figures.mouthToEarMeasured())) + " ms</b> from mouth to ear");
        }
        return String.join(", ", parts);
    }

    private void track(String caption, double[] signal, double scale, String note, String file) {
        byte[] picture = Pictures.spectrogram(signal, CallMedia.SAMPLE_RATE, PICTURE_WIDTH, PICTURE_HEIGHT);
        add(
                """
                <figure class="track">
                <figcaption><span>%s</span><span class="note">%s</span></figcaption>
                <svg class="wave" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Waveform of what %s"><path d="%s"/></svg>
                <img class="spectrum" width="%d" height="%d" src="%s" alt="Spectrogram of what %s: time to the right, pitch upward to 8 kHz, loudness as brightness">
                %s
                </figure>
                """,
                text(caption),
                note,
                text(caption),
                Pictures.waveform(signal, scale),
                PICTURE_WIDTH,
                PICTURE_HEIGHT,
                Html.dataUri("image/png", picture),
                text(caption),
                player(pcm(signal).resampledTo(PLAYER_RATE), caption, file));
    }

    private void wireTrack(List<WirePacket> sent) {
        int length = sent.stream().mapToInt(WirePacket::length).max().orElse(RTP_HEADER);
        add(
                """
                <figure class="track wire">
                <figcaption><span>On the wire</span><span class="note"><b>%s</b> packets of <b>%s</b> bytes</span></figcaption>
                <img class="bytes" src="%s" alt="The sealed packets: each column is one packet, each dot one of its bytes. Below a thin band of packet numbers there is only noise.">
                %s
                </figure>
                """,
                number(sent.size()),
                number(length),
                Html.dataUri("image/png", Pictures.bytes(sent, length)),
                player(
                        eavesdropped(sent),
                        "What the wiretap hears when it plays these bytes as sound: noise",
                        "wire.pcap"));
    }

    /**
     * What a wiretap gets if it takes the sealed bytes for sound, one byte a sample: 208 bytes each 20 ms happen to be
     * 10.4 kHz, so it plays in the time of the call. A quarter of full scale, so that nobody is startled.
     */
    private static Pcm eavesdropped(List<WirePacket> sent) {
        int total = sent.stream().mapToInt(p -> p.length() - RTP_HEADER).sum();
        float[] samples = new float[Math.max(1, total)];
        int at = 0;
        for (WirePacket packet : sent) {
            for (int i = RTP_HEADER; i < packet.length(); i++) {
                samples[at++] = (packet.unsignedByte(i) - 128) / 512f;
            }
        }
        int perPacket = sent.isEmpty() ? 208 : Math.max(1, total / sent.size());
        int rate = Math.clamp(50L * perPacket, 8_000, 48_000);
        return Pcm.ofFloats(rate, samples);
    }

    private String player(Pcm sound, String label, String file) {
        if (sound.seconds() > MAX_EMBEDDED_SECONDS) {
            return "<p class=\"listen\"><a href=\"" + text(file) + "\">" + text(file) + "</a></p>";
        }
        return "<audio controls preload=\"metadata\" aria-label=\"" + text(label) + "\" src=\""
                + Html.dataUri("audio/wav", WavFile.write(sound)) + "\"></audio>";
    }

    private void promises() {
        add("""
                <section aria-labelledby="promises"><h2 id="promises">What was promised</h2>
                <p>Each line was checked in this call, by this program, from what the phones reported and what the taps recorded.</p>
                <table class="promises"><thead><tr><th scope="col">Promise</th><th scope="col">Evidence</th><th scope="col">Held</th></tr></thead><tbody>
                """);
        for (Facts.Promise promise : facts.promises()) {
            add(
                    "<tr class=\"%s\"><th scope=\"row\">%s</th><td>%s</td><td class=\"mark\">%s</td></tr>\n",
                    promise.held() ? "held" : "broken",
                    text(promise.says()),
                    text(promise.evidence()),
                    promise.held() ? "<b aria-hidden=\"true\">✓</b> held" : "<b aria-hidden=\"true\">✗</b> not held");
        }
        add("</tbody></table></section>\n");
    }

    private void times() {
        double longest = facts.times().stream()
                .map(Facts.Time::millis)
                .filter(Objects::nonNull)
                .filter(millis -> millis < LONG_MILLIS)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        add("""
                <section aria-labelledby="times"><h2 id="times">How long it took</h2>
                <p>Measured on this machine in this one call. The targets are for a machine that is warm and does nothing else.</p>
                <table class="times"><thead><tr><th scope="col">From … to …</th><th scope="col" colspan="2">Time</th><th scope="col">Target</th></tr></thead><tbody>
                """);
        for (Facts.Time time : facts.times()) {
            Double millis = time.millis();
            add(
                    "<tr><th scope=\"row\">%s</th><td class=\"bar\"><i style=\"width:%s%%\"></i></td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
                    text(time.what()),
                    number(millis == null || millis >= LONG_MILLIS ? 0 : Math.max(0.4, 100 * millis / longest), 1),
                    millis == null ? "–" : duration(millis),
                    time.target() == null ? "" : "≤ " + duration(time.target()));
        }
        add("</tbody></table></section>\n");
    }

    private static String duration(double millis) {
        return millis >= 10_000 ? number(millis / 1000, 1) + " s" : number(Math.round(millis)) + " ms";
    }

    private void wire() {
        add("""
                <section class="wide" aria-labelledby="wire"><h2 id="wire">What the wiretap learns</h2>
                <p>A tap on a phone's line learns that this phone is connected to its own office's relay, and for how long; one
                between the two offices, that these offices have a call. Packets have one size and one beat whether anybody
                speaks or not, so not even pauses show. Here is one phone's speech above the packets that left that phone in
                each half second.</p>
                <div class="pair">
                """);
        beat(facts.a(), media.aSpoke(), true);
        beat(facts.b(), media.bSpoke(), false);
        add("</div>\n<div class=\"pair\">\n");
        sizes(true);
        sizes(false);
        add("</div>\n<div class=\"pair\">\n");
        cadence(true);
        cadence(false);
        add("</div>\n");
        trunk();
        add("</section>\n");
    }

    private void trunk() {
        if (facts.wire().trunk().isEmpty()) {
            return;
        }
        Facts.Flow there = facts.wire().trunk().getFirst();
        add(
                """
                <p class="trunk">Between the offices: <b>%s</b> packets from %s to %s, all of the same sizes in both
                directions. Neither relay tells the other where its phone is, or how many there are.</p>
                """,
                number(facts.wire().trunk().stream()
                        .flatMap(flow -> flow.kinds().stream())
                        .mapToInt(Facts.Kind::packets)
                        .sum()),
                text(there.source()),
                text(there.destination()));
    }

    private void beat(Facts.Person person, double[] spoken, boolean a) {
        double seconds = media.seconds();
        boolean[] speech = Sound.framesWithSpeech(spoken, CallMedia.SAMPLE_RATE / 50);
        StringBuilder bands = new StringBuilder();
        int from = -1;
        for (int i = 0; i <= speech.length; i++) {
            boolean on = i < speech.length && speech[i];
            if (on && from < 0) {
                from = i;
            } else if (!on && from >= 0) {
                bands.append(
                        rectangle(from * 0.02 / seconds * 1000, 4, (i - from) * 0.02 / seconds * 1000, 20, "speech"));
                from = -1;
            }
        }
        int bins = Math.max(1, (int) Math.floor(seconds * 2));
        int[] counts = new int[bins];
        for (WirePacket packet : media.sentBy(a)) {
            int bin = (int) ((packet.nanos() - media.startNanos()) / 500_000_000L);
            if (bin >= 0 && bin < bins) {
                counts[bin]++;
            }
        }
        StringBuilder bars = new StringBuilder();
        double width = 1000 * 0.5 / seconds;
        for (int i = 0; i < bins; i++) {
            double height = Math.min(70, counts[i] * 2.4);
            bars.append(rectangle(i * width + width * 0.08, 100 - height, width * 0.84, height, "packets"));
        }
        java.util.IntSummaryStatistics range = java.util.Arrays.stream(counts).summaryStatistics();
        add(
                """
                <figure class="plot %s"><figcaption><span>%s speaks, and the wire</span><span class="note">%s packets in each half second</span></figcaption>
                <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Above, when %s speaks; below, bars of the packets in each half second, all of one height">%s%s</svg>
                <p class="axis"><span>0 s</span><span>%s s</span></p></figure>
                """,
                a ? "a" : "b",
                text(person.name()),
                range.getMin() == range.getMax()
                        ? number(range.getMin())
                        : number(range.getMin()) + " to " + number(range.getMax()),
                text(person.name()),
                bands,
                bars,
                number(seconds, 0));
    }

    private void sizes(boolean a) {
        List<WirePacket> tap = media.tap(a);
        if (tap.isEmpty()) {
            return;
        }
        long first = tap.getFirst().nanos();
        double span = Math.max(1, tap.getLast().nanos() - first);
        int top = Math.max(300, tap.stream().mapToInt(WirePacket::length).max().orElse(0) + 60);
        StringBuilder dots = new StringBuilder();
        for (PacketKind kind : PacketKind.values()) {
            StringBuilder path = new StringBuilder();
            for (WirePacket packet : tap) {
                if (packet.kind() == kind) {
                    path.append('M')
                            .append(Math.round((packet.nanos() - first) / span * 9980 + 10) / 10.0)
                            .append(' ')
                            .append(Math.round(1000 - 1000.0 * packet.length() / top) / 10.0)
                            .append("h0");
                }
            }
            if (!path.isEmpty()) {
                dots.append("<path class=\"dot ")
                        .append(kind.name().toLowerCase(Locale.ROOT))
                        .append("\" d=\"")
                        .append(path)
                        .append("\"/>");
            }
        }
        String legend = java.util.Arrays.stream(PacketKind.values())
                .filter(kind -> tap.stream().anyMatch(p -> p.kind() == kind))
                .map(kind -> "<span class=\"key " + kind.name().toLowerCase(Locale.ROOT) + "\">" + kind.title() + " "
                        + sizesOf(tap, kind) + "</span>")
                .collect(Collectors.joining());
        add("""
                <figure class="plot"><figcaption><span>Every packet past %s’s tap, by size</span></figcaption>
                <svg class="dots" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Sizes of all packets over time: the sealed speech is one straight line">%s</svg>
                <p class="axis"><span>0 s</span><span>up to %s bytes</span><span>%s s</span></p>
                <p class="legend">%s</p></figure>
                """, text((a ? facts.a() : facts.b()).name()), dots, number(top), number(span / 1e9, 0), legend);
    }

    private static String sizesOf(List<WirePacket> tap, PacketKind kind) {
        int[] lengths = tap.stream()
                .filter(p -> p.kind() == kind)
                .mapToInt(WirePacket::length)
                .distinct()
                .sorted()
                .toArray();
        return lengths.length == 1
                ? "always " + lengths[0] + " B"
                : lengths[0] + "–" + lengths[lengths.length - 1] + " B";
    }

    private void cadence(boolean a) {
        List<WirePacket> sent = media.sentBy(a);
        int bins = 80;
        int[] counts = new int[bins];
        for (int i = 1; i < sent.size(); i++) {
            double gap = (sent.get(i).nanos() - sent.get(i - 1).nanos()) / 1e6;
            counts[(int) Math.clamp(gap / 40 * bins, 0, bins - 1)]++;
        }
        int most = Math.max(1, java.util.Arrays.stream(counts).max().orElse(1));
        StringBuilder bars = new StringBuilder();
        for (int i = 0; i < bins; i++) {
            if (counts[i] > 0) {
                double height = Math.max(1, 96.0 * counts[i] / most);
                bars.append(rectangle(i * 1000.0 / bins + 1, 100 - height, 1000.0 / bins - 2, height, "packets"));
            }
        }
        Facts.@Nullable Spread gaps = facts.wire().flows().stream()
                .filter(f -> f.tap().equals(a ? "a" : "b") && f.direction().equals("to relay"))
                .map(Facts.Flow::gaps)
                .findFirst()
                .orElse(null);
        add(
                """
                <figure class="plot %s"><figcaption><span>Time between packets from %s</span><span class="note">%s</span></figcaption>
                <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Histogram of the time between packets, a single peak at 20 milliseconds">%s</svg>
                <p class="axis"><span>0</span><span>20 ms</span><span>40 ms and more</span></p></figure>
                """,
                a ? "a" : "b",
                text((a ? facts.a() : facts.b()).name()),
                gaps == null
                        ? ""
                        : "mean " + number(gaps.mean(), 2) + " ms, deviation " + number(gaps.deviation(), 2) + " ms",
                bars);
    }

    private static String rectangle(double x, double y, double width, double height, String kind) {
        return "<rect class=\"" + kind + "\" x=\"" + hundredths(x) + "\" y=\"" + hundredths(y) + "\" width=\""
                + hundredths(width) + "\" height=\"" + hundredths(height) + "\"/>";
    }

    private static String hundredths(double value) {
        return String.valueOf(Math.round(value * 100) / 100.0);
    }

    private void appendix() {
        add("<section class=\"wide appendix\" aria-labelledby=\"details\"><h2 id=\"details\">For engineers</h2>\n");
        protection();
        soundTable();
        flowTable();
        secrecy();
        add("<h3>Beside this page</h3><dl class=\"files\">\n");
        for (Facts.FileNote file : facts.files()) {
            add("<dt><a href=\"%s\">%s</a></dt><dd>%s</dd>\n", text(file.name()), text(file.name()), text(file.what()));
        }
        add("</dl></section>\n");
    }

    private void protection() {
        Facts.Protection protection = facts.protection();
        add("<h3>What seals the call</h3><dl>\n");
        entry("Keys of the call", protection.mlsCipherSuite() + " (MLS, RFC 9420)");
        entry("Every frame of speech", protection.sframeCipherSuite() + " (SFrame, RFC 9605)");
        entry("On the way to the relay", protection.srtpProfile() + " (RFC 7714), keys by " + protection.dtlsVersion());
        entry("Between the offices’ relays", protection.srtpProfile() + ", keys by the offices’ own connection");
        String tls = protection.tlsVersion() == null
                ? "not reported"
                : protection.tlsVersion() + ", " + protection.tlsCipherSuite() + ", key exchange "
                        + protection.tlsGroup();
        entry("Phone to office", tls);
        entry("Identities are signed with", protection.identitySignatures());
        entry("Key of the office of " + facts.a().name(), facts.a().officeKey());
        entry("Key of the office of " + facts.b().name(), facts.b().officeKey());
        add("</dl>\n");
    }

    private void entry(String name, String value) {
        add("<dt>%s</dt><dd>%s</dd>\n", text(name), text(value));
    }

    private void soundTable() {
        add(
                """
                <h3>Sound</h3><div class="scroll"><table class="data"><thead><tr><th scope="col"></th><th scope="col">%s to %s</th><th scope="col">%s to %s</th></tr></thead><tbody>
                """,
                text(facts.a().name()),
                text(facts.b().name()),
                text(facts.b().name()),
                text(facts.a().name()));
        soundRow("STOI, heard against spoken", s -> optional(s.likeness(), 3, ""));
        soundRow("SI-SDR", s -> optional(s.siSdr(), 1, " dB"));
        soundRow("Mouth to ear, by the recordings", s -> optional(s.mouthToEarMeasured(), 1, " ms"));
        soundRow("Mouth to ear, by the phone", s -> optional(s.mouthToEar(), 1, " ms"));
        soundRow("Level spoken / heard", s -> number(s.spokenLevel(), 1) + " / " + number(s.heardLevel(), 1) + " dB");
        soundRow("Packets sent / received", s -> number(s.packetsSent()) + " / " + number(s.packetsReceived()));
        soundRow(
                "Lost / too late / rejected",
                s -> number(s.packetsLost()) + " / " + number(s.packetsLate()) + " / " + number(s.packetsRejected()));
        soundRow("Frames concealed", s -> number(s.framesConcealed()));
        soundRow("Jitter (RFC 3550)", s -> optional(s.jitter(), 2, " ms"));
        add(
                "</tbody></table></div>\n<p class=\"cite\">%s. %s.</p>\n",
                text(facts.aToB().likenessMeasure()), text(facts.aToB().siSdrMeasure()));
    }

    private void soundRow(String name, java.util.function.Function<Facts.Sound, String> value) {
        add(
                "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>\n",
                text(name), value.apply(facts.aToB()), value.apply(facts.bToA()));
    }

    private static String optional(@Nullable Double value, int digits, String unit) {
        return value == null ? "–" : number(value, digits) + unit;
    }

    private void flowTable() {
        add("""
                <h3>Flows</h3><div class="scroll"><table class="data"><thead><tr><th scope="col">Tap, direction</th><th scope="col">Kind</th>
                <th scope="col">Packets</th><th scope="col">Sizes (bytes × packets)</th><th scope="col">Gap, mean ± deviation</th>
                <th scope="col">99 % / most</th><th scope="col">Lost</th><th scope="col">Jitter</th></tr></thead><tbody>
                """);
        for (Facts.Flow flow : allFlows()) {
            for (Facts.Kind kind : flow.kinds()) {
                boolean speech = kind.kind().equals(PacketKind.SRTP.title());
                add(
                        "<tr><th scope=\"row\">%s %s</th><td>%s</td><td class=\"n\">%s</td><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
                        text(flow.tap().toUpperCase(Locale.ROOT)),
                        text(flow.direction()),
                        text(kind.kind()),
                        number(kind.packets()),
                        sizeList(kind.sizes()),
                        speech
                                ? number(flow.gaps().mean(), 2) + " ± "
                                        + number(flow.gaps().deviation(), 2) + " ms"
                                : "",
                        speech
                                ? number(flow.gaps().p99(), 1) + " / "
                                        + number(flow.gaps().max(), 1) + " ms"
                                : "",
                        speech ? number(flow.lost()) : "",
                        speech ? number(flow.jitter(), 2) + " ms" : "");
            }
        }
        add("</tbody></table></div>\n");
    }

    private List<Facts.Flow> allFlows() {
        List<Facts.Flow> all = new ArrayList<>(facts.wire().flows());
        all.addAll(facts.wire().trunk());
        return all;
    }

    private static String sizeList(List<Facts.Size> sizes) {
        String shown = sizes.stream()
                .limit(8)
                .map(size -> number(size.bytes()) + " × " + number(size.packets()))
                .collect(Collectors.joining(", "));
        return sizes.size() > 8 ? shown + ", …" : shown;
    }

    private void secrecy() {
        add(
                "<h3>Is it really noise?</h3><div class=\"scroll\"><table class=\"data\"><thead><tr><th scope=\"col\">Tap, direction</th><th scope=\"col\">Sealed bytes</th>"
                        + "<th scope=\"col\">Entropy (random would be)</th><th scope=\"col\">χ² of 255, p</th><th scope=\"col\">By position: least, mean (random)</th></tr></thead><tbody>\n");
        for (Facts.Flow flow : allFlows()) {
            Facts.Randomness randomness = flow.randomness();
            add(
                    "<tr><th scope=\"row\">%s %s</th><td class=\"n\">%s</td><td class=\"n\">%s (%s) bits</td><td class=\"n\">%s, %s</td><td class=\"n\">%s, %s (%s) bits</td></tr>\n",
                    text(flow.tap().toUpperCase(Locale.ROOT)),
                    text(flow.direction()),
                    number(randomness.bytes()),
                    number(randomness.entropy(), 4),
                    number(randomness.entropyExpected(), 4),
                    number(randomness.chiSquare(), 1),
                    number(randomness.chiSquareP(), 3),
                    number(randomness.positionEntropyMin(), 2),
                    number(randomness.positionEntropyMean(), 3),
                    number(randomness.positionEntropyExpected(), 3));
        }
        Facts.Plaintext plaintext = facts.wire().plaintext();
        add(
                "</tbody></table></div>\n<p>Searched for in all %s windows of eight bytes: %s (%s needles). Found: %s. The same search finds %s of %s samples that were planted for it.</p>\n",
                number(plaintext.windows()),
                text(String.join(", ", plaintext.lookedFor())),
                number(plaintext.needles()),
                plaintext.findings().isEmpty() ? "nothing" : text(String.join("; ", plaintext.findings())),
                number(plaintext.controlsFound()),
                number(plaintext.controls()));
        for (Facts.SpeechOrPause test : facts.wire().speechOrPause()) {
            String name = (test.tap().equals("a") ? facts.a() : facts.b()).name();
            add(
                    """
                    <p>Do the packets show when %s speaks? %s packets in speech and %s in pauses; their sizes %s. The times
                    between packets differ by D = %s (Kolmogorov–Smirnov), and of all displacements of the speech against
                    the packets a share of %s fits at least as well: %s. The same test on a stream that sends less in pauses:
                    D = %s, share %s, %s.</p>
                    """,
                    text(name),
                    number(test.packetsInSpeech()),
                    number(test.packetsInPauses()),
                    test.sameSizes() ? "are the same" : "differ",
                    number(test.gapsStatistic(), 2),
                    number(test.gapsP(), 3),
                    test.told() ? "they do show it" : "they do not",
                    number(test.controlStatistic(), 2),
                    number(test.controlP(), 3),
                    test.controlTold() ? "found out" : "not found out");
        }
    }

    private void foot() {
        add(
                """
                </main>
                <footer><p>%s on %s, %s, %s processors. This page holds everything it shows; it loads nothing and runs nothing.</p></footer>
                </body>
                </html>
                """,
                text(facts.generator()),
                text(facts.environment().java()),
                text(facts.environment().system()),
                number(facts.environment().processors()));
    }

    private static Pcm pcm(double[] signal) {
        float[] samples = new float[signal.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) signal[i];
        }
        return Pcm.ofFloats(CallMedia.SAMPLE_RATE, samples);
    }

    /** Groups of four digits, so that two people can compare them by eye. */
    private static String fingerprint(String hex) {
        return text(hex).replaceAll("(....)(?=.)", "$1 ");
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String plain) {
        out.append(plain);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency, for this one method
    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
