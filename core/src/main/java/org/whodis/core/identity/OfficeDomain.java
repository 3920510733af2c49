package org.whodis.core.identity;

import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The domain name of an office, {@code host} or {@code host:port}, 1 to 255 characters: lower-case letters, digits, hyphens
 * and dots (an internationalised name in its {@code xn--} form), the port in decimal without leading zeros and never 443,
 * which is meant where none is named: one office has one name.
 */
public record OfficeDomain(String value) {
    public static final int MAX_LENGTH = 255;

    private static final int HTTPS_PORT = 443;

    public OfficeDomain {
        Check.require(isValid(value), "not the domain of an office");
    }

    /** Whether {@code text} is the domain of an office in its one form. */
    public static boolean isValid(String text) {
        int colon = text.indexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        return text.length() <= MAX_LENGTH && isHost(host) && (colon < 0 || isPort(text.substring(colon + 1)));
    }

    public String host() {
        int colon = value.indexOf(':');
        return colon < 0 ? value : value.substring(0, colon);
    }

    /** The port that is named, or 443. */
    public int port() {
        int colon = value.indexOf(':');
        return colon < 0 ? HTTPS_PORT : Integer.parseInt(value.substring(colon + 1));
    }

    void write(WireWriter out) {
        out.text(value);
    }

    /** For other packages' structures. */
    public static void write(WireWriter out, OfficeDomain domain) {
        domain.write(out);
    }

    public static OfficeDomain read(WireReader in) throws DecodeException {
        String text = in.text(MAX_LENGTH);
        if (!isValid(text)) {
            throw new DecodeException("not the domain of an office");
        }
        return new OfficeDomain(text);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isHost(String host) {
        if (host.isEmpty() || host.endsWith(".")) {
            return false;
        }
        char before = '.';
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            boolean inside = c == '-' && before != '.' || c == '.' && before != '.' && before != '-';
            if (!alphanumeric && !inside) {
                return false;
            }
            before = c;
        }
        return before != '-';
    }

    private static boolean isPort(String port) {
        if (port.isEmpty() || port.length() > 5 || port.charAt(0) == '0') {
            return false;
        }
        int number = 0;
        for (int i = 0; i < port.length(); i++) {
            char c = port.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            number = 10 * number + (c - '0');
        }
        return number <= 65535 && number != HTTPS_PORT;
    }
}
