package org.whodis.core.message;

import java.util.List;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A part of the office's directory, in the order of the principals' ids (protocol section 4).
 *
 * <pre>
 *   struct { Chain contacts&lt;V&gt;; uint8 more; } DirectoryPage;    more: 1 if there are further ones, else 0
 * </pre>
 */
public record DirectoryPage(List<UnverifiedChain> contacts, boolean more) implements Encodable {
    /** With what stands around it a page fits a message; the longest chain fits a page. */
    public static final int MAX_CONTACTS_LENGTH = 240 * 1024;

    /** No chain is shorter than four kilobytes, so the bytes are the limit that counts. */
    private static final int MAX_CONTACTS = 64;

    public DirectoryPage {
        contacts = List.copyOf(contacts);
        Check.require(contacts.size() <= MAX_CONTACTS, contacts.size() + " contacts on a page");
    }

    @Override
    public void write(WireWriter out) {
        out.list(contacts, (inner, chain) -> chain.write(inner)).uint8(more ? 1 : 0);
    }

    public static DirectoryPage decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(
                encoded,
                in -> new DirectoryPage(
                        in.list(MAX_CONTACTS_LENGTH, MAX_CONTACTS, UnverifiedChain::read), readMore(in)));
    }

    private static boolean readMore(WireReader in) throws DecodeException {
        return switch (in.uint8()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new DecodeException("more is neither 0 nor 1");
        };
    }
}
