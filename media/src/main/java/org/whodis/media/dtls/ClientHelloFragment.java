package org.whodis.media.dtls;

import java.util.Arrays;
import java.util.Optional;

/**
 * The first fragment of a ClientHello, recognised without parsing the rest (RFC 6347, section 4.2.2). A handshake may begin
 * with this and nothing else; its random tells a new attempt of a client from a repetition of the current one.
 *
 * <pre>
 *  record:    type=22 (1) | version (2) | epoch=0 (2) | sequence (6) | length (2)
 *  handshake: type=1 (1) | length (3) | message_seq (2) | fragment_offset=0 (3) | fragment_length (3)
 *  body:      client_version (2) | random (32) | ...
 * </pre>
 */
public final class ClientHelloFragment {
    private static final int RECORD_HEADER = 13;
    private static final int HANDSHAKE_HEADER = 12;
    private static final int RANDOM_AT = RECORD_HEADER + HANDSHAKE_HEADER + 2;
    private static final int RANDOM_LENGTH = 32;
    private static final int FRAGMENT_OFFSET_AT = RECORD_HEADER + 6;

    private final byte[] random;

    private ClientHelloFragment(byte[] random) {
        this.random = random;
    }

    /** Recognises one at the start of a datagram. */
    public static Optional<ClientHelloFragment> of(byte[] datagram) {
        boolean matches = datagram.length >= RANDOM_AT + RANDOM_LENGTH
                && datagram[0] == 22
                && datagram[3] == 0
                && datagram[4] == 0
                && datagram[RECORD_HEADER] == 1
                && datagram[FRAGMENT_OFFSET_AT] == 0
                && datagram[FRAGMENT_OFFSET_AT + 1] == 0
                && datagram[FRAGMENT_OFFSET_AT + 2] == 0;
        return matches
                ? Optional.of(
                        new ClientHelloFragment(Arrays.copyOfRange(datagram, RANDOM_AT, RANDOM_AT + RANDOM_LENGTH)))
                : Optional.empty();
    }

    /** Whether both belong to one attempt of one client. */
    public boolean isSameAttempt(ClientHelloFragment that) {
        return Arrays.equals(random, that.random);
    }
}
