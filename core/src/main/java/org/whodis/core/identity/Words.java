package org.whodis.core.identity;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * Words that two people read to each other (protocol section 5, "Comparison words").
 *
 * <p>{@code Words(hash, n)} takes the first 11·n bits of the hash, big-endian, 11 at a time, as indices into the English
 * list of BIP-39. Four words are 44 bits.
 */
public final class Words {
    /** How many words the protocol shows everywhere: 44 bits, with a commitment before them. */
    public static final int COUNT = 4;

    private static final int BITS_PER_WORD = 11;
    /** BIP-39: the first four letters name a word. */
    private static final int DISTINCT_LETTERS = 4;

    private static final int LIST_LENGTH = 1 << BITS_PER_WORD;
    private static final String[] LIST = split(EnglishWords.ALL);

    private Words() {}

    /**
     * The first {@code count} words of {@code hash}.
     *
     * @throws IllegalArgumentException if the hash has fewer than {@code 11 * count} bits
     */
    public static List<String> of(Bytes hash, int count) {
        if (count < 1 || BITS_PER_WORD * count > 8 * hash.length()) {
            throw new IllegalArgumentException(count + " words of " + hash.length() + " bytes");
        }
        List<String> words = new ArrayList<>(count);
        int bits = 0;
        int held = 0;
        for (int at = 0; words.size() < count; at++) {
            bits = bits << 8 | hash.get(at) & 0xff;
            held += 8;
            if (held >= BITS_PER_WORD) {
                held -= BITS_PER_WORD;
                words.add(LIST[bits >> held & LIST_LENGTH - 1]);
                bits &= (1 << held) - 1;
            }
        }
        return List.copyOf(words);
    }

    /** The word at {@code index} of the list, 0 to 2047. */
    public static String at(int index) {
        return LIST[index];
    }

    /** How many words the list has. */
    public static int listLength() {
        return LIST_LENGTH;
    }

    /**
     * The index of {@code typed}, a word of the list or at least the first four letters of one (by which each is told from
     * every other), in lower case; -1 if there is none.
     */
    public static int indexOf(String typed) {
        for (int i = 0; i < LIST_LENGTH; i++) {
            String word = LIST[i];
            if (word.equals(typed) || typed.length() >= DISTINCT_LETTERS && word.startsWith(typed)) {
                return i;
            }
        }
        return -1;
    }

    private static String[] split(String all) {
        String[] list = new String[LIST_LENGTH];
        int from = 0;
        for (int i = 0; i < LIST_LENGTH; i++) {
            int space = all.indexOf(' ', from);
            int to = space < 0 ? all.length() : space;
            list[i] = all.substring(from, to);
            from = to + 1;
        }
        if (from != all.length() + 1) {
            throw new IllegalStateException("the word list has not " + LIST_LENGTH + " words");
        }
        return list;
    }
}
