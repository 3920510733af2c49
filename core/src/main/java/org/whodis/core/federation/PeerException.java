package org.whodis.core.federation;

/** A connection between offices was refused. */
public final class PeerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final PeerRefusal refusal;

    public PeerException(PeerRefusal refusal) {
        super(refusal.name());
        this.refusal = refusal;
    }

    public PeerRefusal refusal() {
        return refusal;
    }

    static void require(boolean holds, PeerRefusal otherwise) throws PeerException {
        if (!holds) {
            throw new PeerException(otherwise);
        }
    }
}
