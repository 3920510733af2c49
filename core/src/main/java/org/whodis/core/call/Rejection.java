package org.whodis.core.call;

/** Why an input was refused. Nothing has changed by it. */
public enum Rejection {
    // Envelopes.
    /** Neither for this device nor a copy of what another device of this person sent. */
    NOT_FOR_US,
    /** An envelope id that was seen. */
    DUPLICATE_ENVELOPE,
    /** Past its deadline. */
    EXPIRED,
    /** Bytes that are no call message. */
    MALFORMED,
    /** The envelope names another call or device than the message in it. */
    ENVELOPE_DIFFERS_FROM_MESSAGE,
    /** There is no such call here. */
    UNKNOWN_CALL,
    /** The call is over. */
    CALL_ENDED,
    /** A message that this side of the call sends and never receives. */
    WRONG_ROLE,
    /** A message too early or too late for the state of the call. */
    WRONG_STATE,

    // Signed messages.
    /** A chain in which a check failed. */
    BAD_CHAIN,
    /** A device that does not stand in the chain, or not any more. */
    UNKNOWN_DEVICE,
    /** This device was taken out of its person's chain: it calls nobody and answers nothing. */
    THIS_DEVICE_REVOKED,
    /** A signature that does not hold. */
    BAD_SIGNATURE,
    /** Another person than the one whom the call is with. */
    ANOTHER_PERSON,
    /** Another offer than this call's. */
    ANOTHER_OFFER,
    /** Another answer than this call's. */
    ANOTHER_ANSWER,
    /** Issued too long ago, or in the future. */
    NOT_FRESH,

    // Offers.
    /** The offer is for somebody else, or names a head or an office that is not ours. */
    CALLEE_IS_NOT_US,
    /** The offer names a head or an office that its chain does not have. */
    CALLER_IS_NOT_ITS_CHAIN,
    /** No cipher suite that this device has. */
    NO_COMMON_SUITE,
    /** Neither from the own office nor by a line of this person's that is the caller's and rings; or blocked. */
    NO_LINE,
    /** A call id that was seen. */
    CALL_ID_SEEN,
    /** Glare, and our own offer has the lower hash. */
    OUR_OFFER_IS_LOWER,
    /** More calls at once than a person can look at. */
    TOO_MANY_CALLS,

    // Answers and Welcomes.
    /** The callee's chain does not extend the one that was called. */
    CHAIN_DOES_NOT_EXTEND_WHAT_WAS_CALLED,
    /** A cipher suite that was not offered. */
    SUITE_NOT_OFFERED,
    /** A KeyPackage that MLS refuses. */
    BAD_KEY_PACKAGE,
    /** A leaf whose credential is not that of this call, person, device, role and keys. */
    BAD_CREDENTIAL,
    /** A nonce that does not open the commitment. */
    COMMITMENT_NOT_OPENED,
    /** A Welcome that MLS refuses. */
    BAD_WELCOME,
    /** A group with another id, suite, epoch or other members than the two of the call. */
    UNEXPECTED_GROUP,

    // Group messages.
    /** There is no group yet, so nobody can be its member. */
    NO_GROUP,
    /** A message that MLS refuses, or application data that is no group message. */
    BAD_GROUP_MESSAGE,
    /** A change of the group: there is none in version 1. */
    GROUP_CHANGE,

    // What a person asked for.
    /** A call with oneself. */
    OWN_PRINCIPAL,
    /** First the present call has to end. */
    IN_ANOTHER_CALL
}
