package org.whodis.core.line;

import org.whodis.core.identity.DisplayText;

/**
 * What is wrong with a text that should be a line's address, and where: a screen says it in the language of whoever typed it.
 * Words count from 1. What was typed is given back no longer than a screen can show it, and without what a screen cannot.
 */
public sealed interface Mistyped {
    /** More than any address has. */
    record TooLong() implements Mistyped {}

    /** Neither a link nor a domain and words. */
    record Nothing() implements Mistyped {}

    /** A link, but none of a line, or one that was cut. */
    record NotALink() implements Mistyped {}

    /** A character of the link is wrong or missing: the check does not fit. */
    record WrongCharacter() implements Mistyped {}

    /** What stands where the office's domain should. */
    record NotADomain(String typed) implements Mistyped {}

    /** There are too few words, or too many. */
    record WordCount(int words) implements Mistyped {}

    /**
     * A word that is not in the list.
     *
     * @param perhaps the word of the list that is most like it; empty if none is
     */
    record NotAWord(int word, String typed, String perhaps) implements Mistyped {}

    /** This word and the one behind it are probably in the wrong order. */
    record WrongOrder(int word) implements Mistyped {}

    /** A word of the list that is probably another one. */
    record AnotherWord(int word, String typed, String probably) implements Mistyped {}

    /** The check does not fit, and nothing tells why. */
    record DoesNotFit() implements Mistyped {}

    /** In English, without a full stop. */
    default String sentence() {
        return switch (this) {
            case TooLong() -> "too long for a line's address";
            case Nothing() -> "a line's address is a link, or a domain and " + LineAddress.WORDS + " words";
            case NotALink() -> "not the whole link of a line";
            case WrongCharacter() -> "a character of the link is wrong or missing";
            case NotADomain(String typed) -> "\"" + typed + "\" is no domain of an office; an address begins with one";
            case WordCount(int words) ->
                "a line has " + LineAddress.WORDS + " words behind the domain; these are " + words;
            case NotAWord(int word, String typed, String perhaps) ->
                "word " + word + ", \"" + typed + "\", is not in the list"
                        + (perhaps.isEmpty() ? "" : "; perhaps \"" + perhaps + "\"");
            case WrongOrder(int word) -> "words " + word + " and " + (word + 1) + " are probably in the wrong order";
            case AnotherWord(int word, String typed, String probably) ->
                "word " + word + " is probably \"" + probably + "\" and not \"" + typed + "\"";
            case DoesNotFit() -> "a word or the domain is wrong: the check does not fit";
        };
    }

    /** Longer than any word of the list and most domains. */
    int MAX_TYPED = 40;

    /** {@code typed} as a screen can show it. */
    static String shown(String typed) {
        String cut = typed.length() <= MAX_TYPED ? typed : typed.substring(0, MAX_TYPED) + "…";
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < cut.length(); i++) {
            String each = String.valueOf(cut.charAt(i));
            out.append(DisplayText.isValid(each, 1, 4) ? each : "?");
        }
        return out.toString();
    }
}
