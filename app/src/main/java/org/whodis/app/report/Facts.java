package org.whodis.app.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known about one demonstrated call, in the shape of {@code report.json} (docs/report.schema.json).
 * Times are in milliseconds unless a name says otherwise, levels in dB of full scale. What could not be measured is null,
 * never zero.
 *
 * @param version of this shape
 * @param held whether every promise held
 * @param aToB what A said and B heard
 * @param line the address by which A called B, and what became of it
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Facts(
        int version,
        String generator,
        String startedAt,
        double callSeconds,
        boolean held,
        List<Promise> promises,
        Person a,
        Person b,
        ComparisonWords words,
        Protection protection,
        List<Time> times,
        Sound aToB,
        Sound bToA,
        Line line,
        Wire wire,
        Environment environment,
        List<FileNote> files) {
    public static final int VERSION = 2;

    /** Something Whodis promises, whether it held this time, and what shows that. */
    public record Promise(String id, String says, boolean held, String evidence) {}

    /**
     * Who one side is, as the other side's phone showed it.
     *
     * @param assurance the one sentence that may be said of this person, computed from keys and chain
     * @param shown what the other phone's screen said, verbatim
     * @param confirmedWords the words of the enrolment that the operator confirmed
     */
    public record Person(
            String name,
            String title,
            String office,
            String principalId,
            String deviceId,
            String officeKey,
            String assurance,
            List<String> shown,
            List<String> confirmedWords,
            String speech) {}

    /** The words on both screens. */
    public record ComparisonWords(List<String> a, List<String> b, boolean equal, int bits) {}

    /** What seals the call, outermost last. */
    public record Protection(
            String mlsCipherSuite,
            String sframeCipherSuite,
            String srtpProfile,
            String dtlsVersion,
            @Nullable String tlsVersion,
            @Nullable String tlsGroup,
            @Nullable String tlsCipherSuite,
            String identitySignatures) {}

    /**
     * A span of time.
     *
     * @param target what it should be at most on a machine that is warm and otherwise idle; null where nothing is set
     */
    public record Time(
            String id,
            String what,
            @Nullable Double millis,
            @Nullable Double target) {}

    /**
     * One direction of the conversation.
     *
     * @param mouthToEar from the end of a frame's recording to the start of its playing, as the hearing phone reckons it
     * @param mouthToEarMeasured the same from the two recordings: cross-correlation, on this machine's one clock
     * @param likeness the measure that {@code likenessMeasure} cites, 1 at most
     * @param packetsLost of those sent, the ones that never arrived
     * @param packetsRejected arrived and not authentic: forged, changed or replayed
     * @param framesConcealed played from a guess, because nothing was there in time
     */
    public record Sound(
            double spokenSeconds,
            double spokenLevel,
            double heardLevel,
            @Nullable Double likeness,
            String likenessMeasure,
            @Nullable Double siSdr,
            String siSdrMeasure,
            @Nullable Double mouthToEar,
            @Nullable Double mouthToEarMeasured,
            long packetsSent,
            long packetsReceived,
            long packetsLost,
            long packetsLate,
            long packetsRejected,
            long framesConcealed,
            @Nullable Double jitter) {}

    /**
     * The line that B gave to A. When it was withdrawn it opened nothing any more, so it may stand here in full.
     *
     * @param note of whom it was given to; sealed to the owner's devices, so that no office knows it
     * @param words how it was handed over, as they were read aloud
     * @param bound whether it rang for nobody before its owner had approved whoever redeemed it
     */
    public record Line(
            String owner,
            String holder,
            String note,
            List<String> words,
            boolean bound,
            Leak leak,
            Afterwards afterwards) {}

    /**
     * What happened when somebody else tried the line, who had heard it read out.
     *
     * @param rangSomewhere devices of the owner that rang
     * @param told what the other's phone was told; null if nothing in time
     * @param answerMillis until it was told
     * @param toldOfNone what it was told of an address that nobody ever gave
     * @param noneMillis until it was told that
     * @param incidentNote the note on the line that the owner's phone named; null if it named none
     * @param claimed who it says has tried
     * @param claimProved whether that person's signatures proved it
     * @param times how often it says it was tried
     */
    public record Leak(
            String by,
            String byOffice,
            int rangSomewhere,
            @Nullable String told,
            @Nullable Double answerMillis,
            @Nullable String toldOfNone,
            @Nullable Double noneMillis,
            @Nullable String incidentNote,
            @Nullable String claimed,
            boolean claimProved,
            @Nullable String fromOffice,
            long times) {}

    /**
     * What rang when the owner had withdrawn the line.
     *
     * @param holderRang whether the former holder still could ring
     * @param other who holds another line of the same owner
     */
    public record Afterwards(
            boolean withdrawn,
            boolean holderRang,
            String other,
            boolean otherRang,
            @Nullable Double otherMillis) {}

    /**
     * What the taps saw.
     *
     * @param trunk between the two offices' relays; {@code tap} is "trunk" there, {@code direction} "a to b" or "b to a"
     */
    public record Wire(
            String capture,
            int packets,
            long unrecorded,
            List<Flow> flows,
            List<Flow> trunk,
            Plaintext plaintext,
            List<SpeechOrPause> speechOrPause) {}

    /** One direction through one tap: {@code tap} is "a" or "b", {@code direction} "to relay" or "to phone". */
    public record Flow(
            String tap,
            String direction,
            String source,
            String destination,
            List<Kind> kinds,
            Spread gaps,
            int expected,
            int lost,
            int duplicates,
            double jitter,
            Headers headers,
            Randomness randomness) {}

    /** The packets of one kind (STUN, DTLS, SRTP, SRTCP, other). */
    public record Kind(String kind, int packets, long bytes, List<Size> sizes) {}

    /** How many packets had {@code bytes} of UDP payload. */
    public record Size(int bytes, int packets) {}

    public record Spread(int count, double mean, double deviation, double min, double median, double p99, double max) {}

    public record Headers(int withPaddingExtensionOrCsrc, int payloadTypes, int ssrcs, int irregularTimestamps) {}

    /** Entropies are Shannon's, in bits a byte; "expected" is what as many random bytes show. */
    public record Randomness(
            long bytes,
            double entropy,
            double entropyExpected,
            double chiSquare,
            double chiSquareP,
            int positions,
            double positionEntropyMin,
            double positionEntropyMean,
            double positionEntropyExpected) {}

    /** The search for what must not be there. {@code controls}: planted things that were looked for and found. */
    public record Plaintext(
            long windows,
            long needles,
            List<String> lookedFor,
            List<String> findings,
            int controls,
            int controlsFound) {}

    /**
     * Whether one phone's packets show when its owner speaks: Kolmogorov and Smirnov's statistic of the times between
     * packets in speech and in pauses, and the share of displacements of the speech that fit as well.
     *
     * @param told whether they do show it
     * @param controlTold whether the same test finds a stream out that sends less in pauses
     */
    public record SpeechOrPause(
            String tap,
            int packetsInSpeech,
            int packetsInPauses,
            boolean sameSizes,
            double gapsStatistic,
            double gapsP,
            boolean told,
            double controlStatistic,
            double controlP,
            boolean controlTold) {}

    public record Environment(String java, String system, int processors) {}

    public record FileNote(String name, String what) {}
}
