package org.whodis.core.identity;

/** A chain, a descriptor or a request to link a device was refused: which check failed. */
public final class IdentityException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The checks of {@link UnverifiedChain#verify}, {@link SignedOfficeDescriptor#verify} and {@link LinkRequest#verify}. */
    public enum Reason {
        MALFORMED_GENESIS,
        UNKNOWN_OFFICE,
        GENESIS_NOT_SIGNED_BY_ITS_DEVICE,
        GENESIS_NOT_SIGNED_BY_ITS_OFFICE,
        MALFORMED_STATEMENT,
        STATEMENT_OF_ANOTHER_PRINCIPAL,
        STATEMENT_NAMES_ANOTHER_HEAD,
        SIGNER_NOT_IN_CHAIN,
        SIGNER_REVOKED,
        STATEMENT_NOT_SIGNED_BY_ITS_SIGNER,
        DEVICE_ADDED_TWICE,
        NO_PROOF_OF_POSSESSION,
        REVOKED_DEVICE_NOT_IN_CHAIN,
        DEVICE_REVOKED_TWICE,
        LAST_DEVICE_REVOKED,
        /** A statement more than a chain can have. */
        NO_ROOM,
        TIMES_RUN_BACKWARDS,
        MALFORMED_DESCRIPTOR,
        ANOTHER_OFFICE_KEY,
        ANOTHER_DOMAIN,
        ANOTHER_TLS_KEY,
        DESCRIPTOR_NOT_SIGNED_BY_THE_OFFICE,
        ANOTHER_LINK,
        WRONG_MAC,
    }

    private final Reason reason;

    public IdentityException(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
