package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Why an office refused a request: the body of an HTTP 4xx and of a refused response (protocol sections 3 and 4).
 *
 * <pre>
 *   struct { uint16 code; opaque text&lt;V&gt;; } Refusal;       text at most 256 bytes
 * </pre>
 *
 * <p>An office may have codes that a device does not know; the text is for a person.
 */
public record Refusal(int code, String text) implements Encodable {
    public static final int MAX_TEXT = 256;

    /** The request has not the form that the protocol demands. */
    public static final int MALFORMED = 1;
    /** Unknown, used or expired: one answer for all three. */
    public static final int NOT_KNOWN = 2;
    /** Known, but not for this device or not now. */
    public static final int NOT_ALLOWED = 3;
    /** Too many of them; later it may work. */
    public static final int TOO_MANY = 4;
    /** Something else was said before: another commitment, another head. */
    public static final int CONFLICT = 5;
    /** The office cannot at the moment. */
    public static final int UNAVAILABLE = 6;
    /** Its deadline has passed. */
    public static final int EXPIRED = 7;
    /** The device was taken out of its person's chain, which was sent before this. */
    public static final int REVOKED = 8;

    public Refusal {
        Check.require(code >= 0 && code <= 0xffff, "code " + code);
        Check.require(Bytes.utf8(text).length() <= MAX_TEXT, "a text too long");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(code).text(text);
    }

    public static Refusal read(WireReader in) throws DecodeException {
        return new Refusal(in.uint16(), in.text(MAX_TEXT));
    }

    public static Refusal decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Refusal::read);
    }
}
