package org.whodis.core.line;

/** A text that is no line's address. Its message says what is wrong in English. */
public final class MistypedException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // nobody serialises it
    private final Mistyped mistake;

    MistypedException(Mistyped mistake) {
        super(mistake.sentence());
        this.mistake = mistake;
    }

    public Mistyped mistake() {
        return mistake;
    }
}
