package org.whodis.app.demo;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.app.report.Facts;
import org.whodis.app.wire.WirePacket;

/**
 * What a demonstration has collected by the time both phones hung up. Times named {@code …Nanos} are of {@link
 * System#nanoTime}.
 *
 * @param clockOffset what added to such a time gives nanoseconds since 1970
 * @param talkFromNanos when both were connected and the first began to speak
 * @param answeredNanos when B tapped "answer"
 * @param rejectedByRelay datagrams that the relays refused as forged, changed or replayed; null if they did not say
 * @param offices where the two live
 * @param trunk what passed between the offices' relays
 * @param line what became of the line by which A called B
 */
record Observed(
        Instant startedAt,
        long clockOffset,
        long answeredNanos,
        long talkFromNanos,
        double talkSeconds,
        Side a,
        Side b,
        int wordBits,
        Facts.Protection protection,
        List<Facts.Time> times,
        long unrecorded,
        @Nullable Long rejectedByRelay,
        Offices offices,
        Trunk trunk,
        Facts.Line line) {
    /**
     * The two offices.
     *
     * @param sharedFiles names of files with the same content in both data folders; null if they could not be read
     */
    record Offices(
            String domainA,
            String domainB,
            String keyA,
            String keyB,
            @Nullable List<String> sharedFiles) {}

    /** The packets of each direction, in the order of their times. */
    record Trunk(List<WirePacket> aToB, List<WirePacket> bToA) {
        List<WirePacket> both() {
            return java.util.stream.Stream.of(aToB, bToA)
                    .flatMap(List::stream)
                    .sorted(java.util.Comparator.comparingLong(WirePacket::nanos))
                    .toList();
        }
    }

    /**
     * One phone and its owner.
     *
     * @param person as the other phone showed them
     * @param expectedName the name and title that the office was told to enrol
     * @param knownBeforeRinging whether the other phone had verified this person before it made a sound or showed them
     * @param words the comparison words on this phone's screen
     * @param tap what passed between this phone and its relay
     */
    record Side(
            Facts.Person person,
            String expectedName,
            String expectedTitle,
            boolean knownBeforeRinging,
            List<String> words,
            Track mouth,
            Track ear,
            PhoneFigures figures,
            List<WirePacket> tap) {}

    /**
     * What a phone counted.
     *
     * @param sent sealed frames that left
     * @param received packets of the other side that arrived and were authentic SRTP
     * @param lost of what the other side sent
     * @param late arrived after a guess had been played in their place
     * @param rejected packets and frames that were not authentic, fresh and of this call
     * @param concealed frames played from a guess
     * @param mouthToEarMillis median, from the other's mouth to this ear
     */
    record PhoneFigures(
            long sent,
            long received,
            long lost,
            long late,
            long rejected,
            long concealed,
            @Nullable Double jitterMillis,
            @Nullable Double mouthToEarMillis) {}
}
