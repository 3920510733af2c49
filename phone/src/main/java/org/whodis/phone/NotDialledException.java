package org.whodis.phone;

import org.whodis.core.message.CallId;

/** Somebody was to be called, and nothing was dialled: why. */
public final class NotDialledException extends PhoneException {
    private static final long serialVersionUID = 1L;

    private final transient Why why;

    /** What was in the way. */
    public sealed interface Why {}

    /** One does not call oneself. */
    public record Yourself() implements Why {}

    /**
     * This phone rings: there is a call to be answered or declined first, very likely by the one who was to be called.
     *
     * @param name of whoever calls, as it is shown
     */
    public record CallsYou(CallId call, String name) implements Why {}

    /**
     * There is a call already.
     *
     * @param name of the other side, as it is shown
     */
    public record InACall(CallId call, String name) implements Why {}

    NotDialledException(Why why) {
        super(text(why));
        this.why = why;
    }

    public Why why() {
        return why;
    }

    private static String text(Why why) {
        return switch (why) {
            case Yourself _ -> "This is you: nothing was dialled.";
            case CallsYou(CallId _, String name) ->
                name + " is calling you: answer or decline that call. Nothing was dialled.";
            case InACall(CallId _, String name) ->
                "There is a call with " + name + " already: hang up first. Nothing was dialled.";
        };
    }
}
