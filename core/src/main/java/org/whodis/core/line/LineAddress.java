package org.whodis.core.line;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.LineLink;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Words;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * A line as it is handed over (protocol section 7): where its office is, and its secret.
 *
 * <pre>
 *   link     https://DOMAIN/line#1.BASE64URL( secret[16] || check[2] )
 *   spoken   DOMAIN and 13 words of BIP-39's English list: secret[128 bits] || the first 15 bits of check
 *   check    H("Whodis 1 Line check", domain, secret)
 * </pre>
 *
 * <p>The check has the domain in it, so a mistyped domain is caught like a mistyped word. Of mistakes that hit the secret one
 * in 2^15 gets through the words and one in 2^16 the link; then the office does not know the line, and nothing rings.
 */
public record LineAddress(OfficeDomain domain, LineSecret secret) {
    /** Words of the spoken form. */
    public static final int WORDS = 13;

    private static final int CHECK_LENGTH = 2;
    private static final int BITS_PER_WORD = 11;
    private static final int SECRET_BITS = 8 * LineSecret.LENGTH;
    private static final int CHECK_BITS = WORDS * BITS_PER_WORD - SECRET_BITS;

    /** A pasted text longer than this is no address. */
    private static final int MAX_TEXT = 1024;

    /** How many letters of a word a person gets wrong at once. */
    private static final int LIKELY_DISTANCE = 2;

    private static final String DEFAULT_PORT = ":443";

    /** The link. */
    public String link(Primitives primitives) {
        Bytes check = secret.check(primitives, domain).slice(0, CHECK_LENGTH);
        return LineLink.write(domain, Bytes.concat(Bytes.of(secret.value().expose()), check));
    }

    /** The thirteen words. */
    public List<String> words(Primitives primitives) {
        return Words.of(Bytes.concat(Bytes.of(secret.value().expose()), secret.check(primitives, domain)), WORDS);
    }

    /** Domain and words in one line, to be read aloud. */
    public String spoken(Primitives primitives) {
        return domain.value() + " " + String.join(" ", words(primitives));
    }

    /**
     * Reads a link, or a domain and thirteen words in any case with any of blanks, hyphens between words, commas and full
     * stops; the first four letters of a word are enough.
     *
     * @throws MistypedException that says what is wrong, and which word most likely is
     */
    public static LineAddress parse(Primitives primitives, String text) throws MistypedException {
        String trimmed = text.trim();
        if (trimmed.length() > MAX_TEXT) {
            throw new MistypedException(new Mistyped.TooLong());
        }
        return trimmed.contains("://") ? parseLink(primitives, trimmed) : parseSpoken(primitives, trimmed);
    }

    private static LineAddress parseLink(Primitives primitives, String text) throws MistypedException {
        LineLink.Parts parts;
        try {
            parts = LineLink.read(text, LineSecret.LENGTH + CHECK_LENGTH);
        } catch (DecodeException e) {
            throw new MistypedException(new Mistyped.NotALink());
        }
        Bytes content = parts.content();
        LineAddress address = new LineAddress(
                parts.domain(),
                new LineSecret(Secret.owning(content.slice(0, LineSecret.LENGTH).toArray())));
        Bytes check = address.secret().check(primitives, parts.domain());
        if (!check.slice(0, CHECK_LENGTH).equals(content.slice(LineSecret.LENGTH, content.length()))) {
            throw new MistypedException(new Mistyped.WrongCharacter());
        }
        return address;
    }

    private static LineAddress parseSpoken(Primitives primitives, String text) throws MistypedException {
        List<String> tokens = tokens(text);
        if (tokens.isEmpty()) {
            throw new MistypedException(new Mistyped.Nothing());
        }
        OfficeDomain domain = domain(tokens.get(0));
        List<String> typed = new ArrayList<>();
        for (String token : tokens.subList(1, tokens.size())) {
            typed.addAll(pieces(token, '-'));
        }
        if (typed.size() != WORDS) {
            throw new MistypedException(new Mistyped.WordCount(typed.size()));
        }
        int[] indices = new int[WORDS];
        for (int i = 0; i < WORDS; i++) {
            indices[i] = Words.indexOf(typed.get(i));
            if (indices[i] < 0) {
                String shown = Mistyped.shown(typed.get(i));
                throw new MistypedException(new Mistyped.NotAWord(i + 1, shown, nearest(typed.get(i))));
            }
        }
        if (!fits(primitives, domain, indices)) {
            throw new MistypedException(mistake(primitives, domain, indices));
        }
        return new LineAddress(domain, new LineSecret(secret(indices)));
    }

    private static List<String> tokens(String text) {
        List<String> out = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean separates = c <= ' ' || c == ',' || c == ';' || c == 0x00a0;
            if (!separates) {
                token.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
            } else if (token.length() > 0) {
                out.add(withoutStop(token.toString()));
                token.setLength(0);
            }
        }
        return out;
    }

    private static String withoutStop(String token) {
        return token.length() > 1 && token.endsWith(".") ? token.substring(0, token.length() - 1) : token;
    }

    private static List<String> pieces(String token, char separator) {
        List<String> out = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= token.length(); i++) {
            if (i == token.length() || token.charAt(i) == separator) {
                if (i > from) {
                    out.add(token.substring(from, i));
                }
                from = i + 1;
            }
        }
        return out;
    }

    private static OfficeDomain domain(String token) throws MistypedException {
        String canonical =
                token.endsWith(DEFAULT_PORT) ? token.substring(0, token.length() - DEFAULT_PORT.length()) : token;
        if (!OfficeDomain.isValid(canonical)) {
            throw new MistypedException(new Mistyped.NotADomain(Mistyped.shown(token)));
        }
        return new OfficeDomain(canonical);
    }

    private static Secret secret(int[] indices) {
        byte[] out = new byte[LineSecret.LENGTH];
        for (int bit = 0; bit < SECRET_BITS; bit++) {
            out[bit / 8] |= (byte) (bitOf(indices, bit) << 7 - bit % 8);
        }
        return Secret.owning(out);
    }

    private static int bitOf(int[] indices, int bit) {
        return indices[bit / BITS_PER_WORD] >> BITS_PER_WORD - 1 - bit % BITS_PER_WORD & 1;
    }

    /** Whether the check in the last bits of the words is that of the domain and the secret before it. */
    static boolean fits(Primitives primitives, OfficeDomain domain, int[] indices) {
        Bytes check = new LineSecret(secret(indices)).check(primitives, domain);
        int difference = 0;
        for (int bit = 0; bit < CHECK_BITS; bit++) {
            int expected = check.get(bit / 8) >> 7 - bit % 8 & 1;
            difference |= expected ^ bitOf(indices, SECRET_BITS + bit);
        }
        return difference == 0;
    }

    /**
     * What is likely wrong: the one swap of neighbours, or the one other word like a typed one, with which the check fits. It
     * is said and never done: a guess must not ring.
     */
    private static Mistyped mistake(Primitives primitives, OfficeDomain domain, int[] indices) {
        for (int i = 0; i + 1 < WORDS; i++) {
            if (fitsWith(primitives, domain, indices, i, indices[i + 1], i + 1, indices[i])) {
                return new Mistyped.WrongOrder(i + 1);
            }
        }
        for (int i = 0; i < WORDS; i++) {
            for (int other : like(Words.at(indices[i]))) {
                if (fitsWith(primitives, domain, indices, i, other, i, other)) {
                    return new Mistyped.AnotherWord(i + 1, Words.at(indices[i]), Words.at(other));
                }
            }
        }
        return new Mistyped.DoesNotFit();
    }

    private static boolean fitsWith(
            Primitives primitives, OfficeDomain domain, int[] indices, int at, int word, int alsoAt, int alsoWord) {
        int[] changed = indices.clone();
        changed[at] = word;
        changed[alsoAt] = alsoWord;
        return fits(primitives, domain, changed);
    }

    /** Words that are written much like {@code word}. */
    private static List<Integer> like(String word) {
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < Words.listLength(); i++) {
            int distance = distance(word, Words.at(i));
            if (distance > 0 && distance <= LIKELY_DISTANCE) {
                out.add(i);
            }
        }
        return out;
    }

    private static String nearest(String typed) {
        String best = "";
        int least = LIKELY_DISTANCE + 1;
        for (int i = 0; i < Words.listLength(); i++) {
            int distance = distance(typed, Words.at(i));
            if (distance < least) {
                least = distance;
                best = Words.at(i);
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
