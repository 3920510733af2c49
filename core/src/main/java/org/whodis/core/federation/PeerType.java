package org.whodis.core.federation;

/** The types of {@link PeerRequest}. An office refuses those that it does not know with {@code not_known}. */
public final class PeerType {
    /** An {@code Envelope} of a call between a person here and one there; answered by a {@code SubmitOutcome}. */
    public static final int ENVELOPE = 1;

    /** A {@code SignedKeyRotation} with the recovery key's agreement: the sender has another key from now on. */
    public static final int KEY_ROTATION = 2;

    /** The {@code Chain} of one of the sender's people from which a device was revoked that is in a call with somebody here. */
    public static final int CHAIN_NEWS = 3;

    /** A line's redemption (protocol section 7). */
    public static final int LINE_REDEMPTION = 16;
    /** What the issuer's office tells the holder's about a line (protocol section 7). */
    public static final int LINE_NOTICE = 17;
    /** A request of somebody without a line (protocol section 7). */
    public static final int KNOCK = 18;

    /** The media trunk (protocol section 9). */
    public static final int TRUNK = 32;

    private PeerType() {}
}
