package org.whodis.core.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The requests and answers of enrolment (protocol section 3), in their order, and what both sides compute.
 *
 * <pre>
 *   /v1/enrol/open    secret[16]                                            name&lt;V&gt; title&lt;V&gt; domain&lt;V&gt; expires_at
 *   /v1/enrol/commit  secret[16] commitment[32]                             office_nonce[32]
 *   /v1/enrol/reveal  secret[16] genesis&lt;V&gt; by_device device_nonce[32]      empty
 *   /v1/enrol/poll    secret[16]                                            uint8 state, SignedGenesis if confirmed(1)
 *   /v1/link/request  LinkRequest                                           empty
 *   /v1/link/poll     link_id[16]                                           uint8 state, Chain if confirmed(1)
 * </pre>
 *
 * <p>The device commits to its genesis before it learns the office's nonce, so whoever intercepted the invitation cannot
 * search for a key that has the words which the person reads to the operator.
 */
public final class Enrolment {
    public static final int NONCE_LENGTH = 32;

    private Enrolment() {}

    /** {@code H("Whodis 1 Enrol commitment", genesis, device_nonce)}. */
    public static Bytes commitment(Primitives primitives, Bytes genesis, Bytes deviceNonce) {
        return LabelledHash.of(primitives, "Whodis 1 Enrol commitment", genesis, deviceNonce);
    }

    /** {@code Words(H("Whodis 1 Enrol words", genesis, device_nonce, office_nonce), 4)}. */
    public static List<String> words(Primitives primitives, Bytes genesis, Bytes deviceNonce, Bytes officeNonce) {
        return Words.of(
                LabelledHash.of(primitives, "Whodis 1 Enrol words", genesis, deviceNonce, officeNonce), Words.COUNT);
    }

    /** Body of {@code /v1/enrol/open} and of {@code /v1/enrol/poll}. */
    public record Ask(Secret secret) implements Encodable {
        public Ask {
            requireSecret(secret);
        }

        @Override
        public void write(WireWriter out) {
            writeSecret(out, secret);
        }

        public static Ask decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new Ask(readSecret(in)));
        }
    }

    /** Answer of {@code /v1/enrol/open}: what the genesis has to say, and until when. */
    public record Opened(String name, String title, OfficeDomain domain, long expiresAt) implements Encodable {
        public Opened {
            DisplayText.require(name, 1, Genesis.MAX_NAME, "a name");
            DisplayText.require(title, 0, Genesis.MAX_TITLE, "a title");
            Check.time(expiresAt, "expires_at");
        }

        @Override
        public void write(WireWriter out) {
            out.text(name).text(title);
            domain.write(out);
            out.uint64(expiresAt);
        }

        public static Opened decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(
                    encoded,
                    in -> new Opened(
                            DisplayText.read(in, 1, Genesis.MAX_NAME),
                            DisplayText.read(in, 0, Genesis.MAX_TITLE),
                            OfficeDomain.read(in),
                            Check.readTime(in)));
        }
    }

    /** Body of {@code /v1/enrol/commit}. */
    public record Commit(Secret secret, Bytes commitment) implements Encodable {
        public Commit {
            requireSecret(secret);
            Check.length(commitment, LabelledHash.LENGTH, "commitment");
        }

        @Override
        public void write(WireWriter out) {
            writeSecret(out, secret);
            out.fixed(commitment);
        }

        public static Commit decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new Commit(readSecret(in), in.fixed(LabelledHash.LENGTH)));
        }
    }

    /** Answer of {@code /v1/enrol/commit}. */
    public record Committed(Bytes officeNonce) implements Encodable {
        public Committed {
            Check.length(officeNonce, NONCE_LENGTH, "office_nonce");
        }

        @Override
        public void write(WireWriter out) {
            out.fixed(officeNonce);
        }

        public static Committed decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new Committed(in.fixed(NONCE_LENGTH)));
        }
    }

    /** Body of {@code /v1/enrol/reveal}. */
    public record Reveal(Secret secret, Bytes genesis, HybridSignature byDevice, Bytes deviceNonce)
            implements Encodable {
        public static final int MAX_LENGTH =
                Invitation.SECRET_LENGTH + 2 + Genesis.MAX_LENGTH + HybridSignature.LENGTH + NONCE_LENGTH;

        public Reveal {
            requireSecret(secret);
            Check.require(genesis.length() <= Genesis.MAX_LENGTH, "a genesis too long");
            Check.length(deviceNonce, NONCE_LENGTH, "device_nonce");
        }

        @Override
        public void write(WireWriter out) {
            writeSecret(out, secret);
            out.vector(genesis);
            byDevice.write(out);
            out.fixed(deviceNonce);
        }

        public static Reveal decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(
                    encoded,
                    in -> new Reveal(
                            readSecret(in),
                            in.vector(Genesis.MAX_LENGTH),
                            HybridSignature.read(in),
                            in.fixed(NONCE_LENGTH)));
        }
    }

    /** What a poll finds. */
    public enum State {
        WAITING(0),
        CONFIRMED(1),
        REFUSED(2);

        private final int code;

        State(int code) {
            this.code = code;
        }

        private static State read(WireReader in) throws DecodeException {
            int code = in.uint8();
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new DecodeException("state of enrolment " + code);
        }
    }

    /** Answer of {@code /v1/enrol/poll}; there is a genesis exactly if the state is confirmed. */
    public record Polled(State state, @Nullable SignedGenesis genesis) implements Encodable {
        public Polled {
            Check.require((state == State.CONFIRMED) == (genesis != null), "a genesis exactly if confirmed");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(state.code);
            if (genesis != null) {
                genesis.write(out);
            }
        }

        public static Polled decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> {
                State state = State.read(in);
                return new Polled(state, state == State.CONFIRMED ? SignedGenesis.read(in) : null);
            });
        }
    }

    /** Body of {@code /v1/link/poll}. */
    public record LinkAsk(Bytes linkId) implements Encodable {
        public LinkAsk {
            Check.length(linkId, DeviceLink.ID_LENGTH, "link_id");
        }

        @Override
        public void write(WireWriter out) {
            out.fixed(linkId);
        }

        public static LinkAsk decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> new LinkAsk(in.fixed(DeviceLink.ID_LENGTH)));
        }
    }

    /** Answer of {@code /v1/link/poll}; there is a chain exactly if the state is confirmed. */
    public record LinkPolled(State state, @Nullable UnverifiedChain chain) implements Encodable {
        public LinkPolled {
            Check.require((state == State.CONFIRMED) == (chain != null), "a chain exactly if confirmed");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(state.code);
            if (chain != null) {
                chain.write(out);
            }
        }

        public static LinkPolled decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> {
                State state = State.read(in);
                return new LinkPolled(state, state == State.CONFIRMED ? UnverifiedChain.read(in) : null);
            });
        }
    }

    private static void requireSecret(Secret secret) {
        Check.require(secret.length() == Invitation.SECRET_LENGTH, "a secret of " + secret.length() + " bytes");
    }

    private static void writeSecret(WireWriter out, Secret secret) {
        out.fixed(secret.expose());
    }

    private static Secret readSecret(WireReader in) throws DecodeException {
        return Secret.owning(in.fixed(Invitation.SECRET_LENGTH).toArray());
    }
}
