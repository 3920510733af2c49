package org.whodis.office.enrol;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.HttpHandler;
import org.whodis.office.store.StoreException;

/** What all endpoints for strangers have in common: a rate, and typed refusals instead of faults. */
final class Guarded {
    private Guarded() {}

    /** A request for strangers, whose body has been read from {@code body}. */
    @FunctionalInterface
    interface Endpoint {
        HttpAnswer answer(Bytes body) throws DecodeException, InterruptedException;
    }

    static HttpHandler by(OfficeContext office, AddressRate rate, Endpoint endpoint) {
        return request -> {
            if (!rate.allows(request.peer(), office.now())) {
                return Refusals.TOO_MANY;
            }
            try {
                return endpoint.answer(request.body());
            } catch (DecodeException e) {
                return Refusals.MALFORMED;
            } catch (StoreException e) {
                office.metrics().handlerFailed(request.path(), e);
                return Refusals.UNAVAILABLE;
            }
        };
    }
}
