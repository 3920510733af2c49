package org.whodis.media.ice;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;

/**
 * The relay's side of ICE towards one member (RFC 8445, lite): it answers checks, never sends any, and decides to which
 * address the member's media goes.
 *
 * <p>A binding request passes these checks in order. Whoever fails one of the first four gets no answer at all, so that
 * nobody without the password can use the relay as a reflector or learn whether a name exists.
 *
 * <ol>
 *   <li>it is a binding request with FINGERPRINT (RFC 8445, section 7.1.1);
 *   <li>USERNAME is "our ufrag:their ufrag" (section 7.3);
 *   <li>MESSAGE-INTEGRITY is right under our password;
 *   <li>its transaction id has not come from another address before: an eavesdropper can send a captured request from an
 *       address of his own, but only if he keeps the original from us;
 *   <li>it has no comprehension-required attribute that we do not know (420), and the sender has the controlling role (487).
 * </ol>
 *
 * <p>MESSAGE-INTEGRITY covers neither addresses nor time, so check 4 alone would make whoever can delay a packet the
 * owner of the media, and a reflector of whoever he names. Therefore:
 *
 * <ul>
 *   <li>Until there are keys ({@link #lock}), the address that was nominated last is selected, and only DTLS goes there,
 *       answer for question.
 *   <li>From then on a nominated address is selected only when an authentic SRTP or SRTCP packet, newer than all before,
 *       has come from it ({@link #confirm}). A phone sends none from a new address before it has our answer there, so this
 *       also shows that the way back works; and nobody but the phone can make one that is new.
 *   <li>Repetitions from the same address are answered (they are retransmissions) but change nothing.
 * </ul>
 *
 * <p>What remains to somebody who sits on the path and can hold back and resend every packet is to receive sealed packets
 * which he could have taken from the wire anyway, as long as he keeps winning.
 */
public final class IceLiteAgent {
    /** The phone's current address, its last one, and two more while it walks from one network to the next. */
    public static final int MAX_ADDRESSES = 4;

    /** Transaction ids remembered: at a check every 5 s this is longer than an hour; see also {@link #confirm}. */
    public static final int MAX_TRANSACTIONS = 1024;

    private static final byte[] NO_BYTES = new byte[0];

    private final IceCredentials credentials;
    private final byte[] integrityKey;
    private final String username;
    /** Validated addresses, least recently checked first; the value tells whether it was nominated. */
    private final List<Candidate> candidates = new ArrayList<>(MAX_ADDRESSES);

    private final Map<TransactionId, InetSocketAddress> seen = new HashMap<>();
    private final Deque<TransactionId> seenInOrder = new ArrayDeque<>();
    private @Nullable InetSocketAddress selected;
    private boolean locked;

    public IceLiteAgent(IceCredentials credentials, String remoteUfrag) {
        this.credentials = credentials;
        this.integrityKey = credentials.integrityKey();
        this.username = credentials.ufrag() + ":" + remoteUfrag;
    }

    /** What became of a request. */
    public sealed interface Verdict {
        /** Not authentic: say nothing. */
        record Unauthenticated() implements Verdict {}

        /** Authentic, but seen before from another address: say nothing. */
        record Replayed() implements Verdict {}

        /** Authentic, and of no consequence beyond its answer: a retransmission or an error. */
        record Answered(Response response) implements Verdict {}

        /**
         * Authentic and new: its address is validated.
         *
         * @param forgotten an address that is no longer validated, because there are too many
         */
        record Validated(Response response, Optional<InetSocketAddress> forgotten) implements Verdict {}
    }

    /** The bytes to send back to where the request came from; never more than came in. */
    public static final class Response {
        private final byte[] bytes;

        Response(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes themselves, not a copy; none if there is nothing to send. */
        public byte[] bytes() {
            return bytes;
        }
    }

    /** The name by which a request finds its agent: the part of USERNAME before the colon (RFC 8445, section 7.2.2). */
    public static Optional<String> addressee(StunMessage request) {
        return request.attribute(StunAttribute.Username.class).flatMap(username -> {
            int colon = username.value().indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(username.value().substring(0, colon));
        });
    }

    /** Judges a request that came from {@code from} and makes the answer. */
    public Verdict handle(StunMessage request, InetSocketAddress from) {
        boolean addressed = request.attribute(StunAttribute.Username.class)
                .filter(name -> name.value().equals(username))
                .isPresent();
        if (!request.isBindingRequest()
                || !request.isFingerprinted()
                || !addressed
                || !request.isAuthentic(integrityKey)) {
            return new Verdict.Unauthenticated();
        }
        InetSocketAddress earlier = seen.get(request.transactionId());
        if (earlier != null && !earlier.equals(from)) {
            return new Verdict.Replayed();
        }
        List<Integer> unknown = request.unknownRequiredTypes();
        if (!unknown.isEmpty()) {
            return new Verdict.Answered(error(
                    request,
                    new StunAttribute.ErrorCode(StunAttribute.ErrorCode.UNKNOWN_ATTRIBUTE, "Unknown Attribute"),
                    new StunAttribute.UnknownAttributes(unknown)));
        }
        if (!request.has(StunAttribute.IceControlling.class)) {
            return new Verdict.Answered(error(
                    request, new StunAttribute.ErrorCode(StunAttribute.ErrorCode.ROLE_CONFLICT, "Role Conflict")));
        }
        Response response = success(request, from);
        if (earlier != null) {
            return new Verdict.Answered(response);
        }
        remember(request.transactionId(), from);
        return new Verdict.Validated(response, validate(from, request.has(StunAttribute.UseCandidate.class)));
    }

    /** There are keys from now on: media moves only by {@link #confirm}. */
    public void lock() {
        locked = true;
    }

    /**
     * An authentic SRTP or SRTCP packet, newer than all before it, has come from a validated address.
     *
     * @return whether media goes to another address from now on
     */
    public boolean confirm(InetSocketAddress from) {
        if (from.equals(selected)) {
            return false;
        }
        Candidate candidate = find(from);
        if (candidate == null || !candidate.nominated) {
            return false;
        }
        selected = from;
        return true;
    }

    /** Where media goes, once anything was nominated. */
    public @Nullable InetSocketAddress selected() {
        return selected;
    }

    public boolean isValidated(InetSocketAddress address) {
        return find(address) != null;
    }

    /** Another member has proved to be at this address, and our media does not go there: it is ours no more. */
    public void forget(InetSocketAddress address) {
        candidates.removeIf(candidate -> candidate.address.equals(address));
    }

    public List<InetSocketAddress> validated() {
        return candidates.stream().map(candidate -> candidate.address).toList();
    }

    public IceCredentials credentials() {
        return credentials;
    }

    private Optional<InetSocketAddress> validate(InetSocketAddress from, boolean nominated) {
        Candidate candidate = find(from);
        Optional<InetSocketAddress> forgotten = Optional.empty();
        if (candidate == null) {
            candidate = new Candidate(from);
            if (candidates.size() == MAX_ADDRESSES) {
                forgotten = Optional.of(forgetOldest());
            }
        } else {
            candidates.remove(candidate);
        }
        candidates.add(candidate);
        candidate.nominated |= nominated;
        if (nominated && (!locked || selected == null)) {
            selected = from;
        }
        return forgotten;
    }

    private InetSocketAddress forgetOldest() {
        int oldest = candidates.getFirst().address.equals(selected) ? 1 : 0;
        return candidates.remove(oldest).address;
    }

    private @Nullable Candidate find(InetSocketAddress address) {
        for (Candidate candidate : candidates) {
            if (candidate.address.equals(address)) {
                return candidate;
            }
        }
        return null;
    }

    private void remember(TransactionId id, InetSocketAddress from) {
        if (seenInOrder.size() == MAX_TRANSACTIONS) {
            seen.remove(seenInOrder.removeFirst());
        }
        seen.put(id, from);
        seenInOrder.addLast(id);
    }

    private Response success(StunMessage request, InetSocketAddress from) {
        return bounded(
                request,
                new StunEncoder(StunClass.SUCCESS, StunMessage.BINDING, request.transactionId())
                        .add(new StunAttribute.XorMappedAddress(from))
                        .finish(integrityKey));
    }

    private Response error(StunMessage request, StunAttribute... attributes) {
        StunEncoder encoder = new StunEncoder(StunClass.ERROR, StunMessage.BINDING, request.transactionId());
        for (StunAttribute attribute : attributes) {
            encoder.add(attribute);
        }
        return bounded(request, encoder.finish(integrityKey));
    }

    /** A check of any real agent is longer than its answer; whoever sends a shorter one goes without. */
    private static Response bounded(StunMessage request, byte[] response) {
        return new Response(response.length <= request.length() ? response : NO_BYTES);
    }

    private static final class Candidate {
        private final InetSocketAddress address;
        private boolean nominated;

        Candidate(InetSocketAddress address) {
            this.address = address;
        }
    }
}
