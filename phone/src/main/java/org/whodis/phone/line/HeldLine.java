package org.whodis.phone.line;

import org.whodis.core.line.LineId;
import org.whodis.core.line.LineTerms;
import org.whodis.phone.Contact;

/**
 * A line that was given to this person.
 *
 * @param issuer whom it rings
 * @param bound whether it rings: else it waits for the issuer's yes
 * @param gone the issuer's office says that there is no such line: withdrawn, refused, or expired
 */
public record HeldLine(LineId id, Contact issuer, LineTerms terms, boolean bound, boolean gone) {}
