package org.whodis.app.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the times of a stream's packets show when its owner speaks.
 *
 * <p>The packets' gaps are split by whether speech was going on, and compared by Kolmogorov and Smirnov's statistic. Its
 * textbook p would be wrong here: a machine's delays come in spells, and so does speech, so that neighbouring gaps are not
 * independent. Instead the same statistic is taken with the speech moved along the call, once around: if speech shows in
 * the packets, no other place fits like the true one.
 */
public final class SpeechInTiming {
    /** A difference this small is none that an eavesdropper could use, however certain it is. */
    public static final double MIN_STATISTIC = 0.3;

    /** The share of displacements that may fit as well as the truth before the truth stops being special. */
    public static final double SIGNIFICANCE = 0.005;

    /** Around the true place the fit is as good, because packets follow speech by a frame or two. */
    private static final int NEAR = 5;

    private static final int FAR = 10;

    /** Fewer gaps than this on either side prove nothing. */
    private static final int MIN_GAPS = 30;

    /**
     * What came out.
     *
     * @param statistic D at the true place, 0 (the same) to 1
     * @param p the share of displacements that fit at least as well
     * @param told whether the packets show the speech
     */
    public record Result(int inSpeech, int inPauses, double statistic, double p, boolean told) {}

    private SpeechInTiming() {}

    /**
     * Compares the gaps in speech with those in pauses.
     *
     * @param gaps milliseconds between one packet and the next
     * @param speech for each gap, whether the packet after it was spoken into
     */
    public static Result of(double[] gaps, boolean[] speech) {
        if (gaps.length != speech.length) {
            throw new IllegalArgumentException(gaps.length + " gaps and " + speech.length + " marks");
        }
        int inSpeech = 0;
        for (boolean mark : speech) {
            inSpeech += mark ? 1 : 0;
        }
        int inPauses = gaps.length - inSpeech;
        if (inSpeech < MIN_GAPS || inPauses < MIN_GAPS) {
            return new Result(inSpeech, inPauses, 0, 1, false);
        }
        int[] order = ascending(gaps);
        double truth = 0;
        List<Double> others = new ArrayList<>();
        for (int shift = 0; shift < gaps.length; shift++) {
            int distance = Math.min(shift, gaps.length - shift);
            double statistic = statistic(gaps, order, speech, shift, inSpeech, inPauses);
            if (distance <= NEAR) {
                truth = Math.max(truth, statistic);
            } else if (distance > FAR) {
                others.add(statistic);
            }
        }
        double best = truth;
        long asGood = others.stream().filter(other -> other >= best).count();
        double p = (1.0 + asGood) / (1 + others.size());
        return new Result(inSpeech, inPauses, truth, p, truth >= MIN_STATISTIC && p <= SIGNIFICANCE);
    }

    private static double statistic(
            double[] gaps, int[] order, boolean[] speech, int shift, int inSpeech, int inPauses) {
        double speechBelow = 0;
        double pausesBelow = 0;
        double greatest = 0;
        for (int i = 0; i < order.length; i++) {
            if (speech[(order[i] + shift) % speech.length]) {
                speechBelow++;
            } else {
                pausesBelow++;
            }
            // Equal gaps are one step of the distribution.
            if (i + 1 == order.length || gaps[order[i]] != gaps[order[i + 1]]) {
                greatest = Math.max(greatest, Math.abs(speechBelow / inSpeech - pausesBelow / inPauses));
            }
        }
        return greatest;
    }

    private static int[] ascending(double[] gaps) {
        return java.util.stream.IntStream.range(0, gaps.length)
                .boxed()
                .sorted(java.util.Comparator.comparingDouble(i -> gaps[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
