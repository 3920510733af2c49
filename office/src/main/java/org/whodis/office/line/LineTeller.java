package org.whodis.office.line;

import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineNews;

/** Tells the devices of a person of this office that are there. */
@FunctionalInterface
public interface LineTeller {
    void tell(PrincipalId principal, LineNews news) throws InterruptedException;
}
