package org.whodis.core.call;

/** An input is refused: how the parts of the engine say so to {@link CallEngine}, which makes an output of it. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Rejection reason;

    RejectedException(Rejection reason) {
        this(reason, "");
    }

    RejectedException(Rejection reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Rejection reason() {
        return reason;
    }

    String detail() {
        String detail = getMessage();
        return detail == null ? "" : detail;
    }

    static void require(boolean holds, Rejection otherwise) throws RejectedException {
        if (!holds) {
            throw new RejectedException(otherwise);
        }
    }
}
