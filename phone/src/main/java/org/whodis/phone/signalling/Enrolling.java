package org.whodis.phone.signalling;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.phone.signalling.OfficeException.Reason;

/**
 * The device's side of enrolment and of linking (protocol section 3). Every request goes over a connection whose
 * certificate the office's descriptor vouched for on that very connection. Calls block.
 */
public final class Enrolling {
    private static final int OK = 200;

    private final OfficeNetwork network;
    private final Primitives primitives;
    private final RandomBytes random;

    public Enrolling(OfficeNetwork network, Primitives primitives, RandomBytes random) {
        this.network = network;
        this.primitives = primitives;
        this.random = random;
    }

    /**
     * Where a new device stands while it waits for the operator; kept on disk, so that a phone that was stopped goes on.
     *
     * @param genesis encoded
     * @param words for the person to read to the operator
     */
    public record Waiting(Invitation invitation, HybridPublicKey officeKey, Bytes genesis, List<String> words) {}

    /**
     * Opens the invitation, commits and reveals.
     *
     * @param device the key of this device, already kept
     * @param nowMillis goes into the genesis
     */
    public Waiting begin(Invitation invitation, HybridKeyPair device, long nowMillis) throws OfficeException {
        try (OfficeConnection connection = OfficeConnection.open(network, invitation.domain())) {
            OfficeDescriptor office = believe(connection, invitation.domain(), invitation.officeKey());
            Enrolment.Opened opened = decode(
                    post(connection, "/v1/enrol/open", new Enrolment.Ask(invitation.secret()).encode()),
                    Enrolment.Opened::decode);
            Bytes genesis = new Genesis(
                            office.domain(),
                            invitation.officeKey(),
                            device.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            opened.name(),
                            opened.title(),
                            nowMillis,
                            Bytes.of(random.next(Genesis.NONCE_LENGTH)))
                    .encode();
            Bytes deviceNonce = Bytes.of(random.next(Enrolment.NONCE_LENGTH));
            Bytes commitment = Enrolment.commitment(primitives, genesis, deviceNonce);
            Enrolment.Committed committed = decode(
                    post(
                            connection,
                            "/v1/enrol/commit",
                            new Enrolment.Commit(invitation.secret(), commitment).encode()),
                    Enrolment.Committed::decode);
            HybridSignature byDevice = device.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random);
            post(
                    connection,
                    "/v1/enrol/reveal",
                    new Enrolment.Reveal(invitation.secret(), genesis, byDevice, deviceNonce).encode());
            List<String> words = Enrolment.words(primitives, genesis, deviceNonce, committed.officeNonce());
            return new Waiting(invitation, office.officeKey(), genesis, words);
        }
    }

    /** Enrolment has come to its end: the chain, verified, and what is known of the office's key. */
    public record Confirmed(VerifiedChain chain, PeerKeys office) {}

    /**
     * Asks once whether the operator has confirmed.
     *
     * @return null if the operator has not decided yet
     * @throws OfficeException {@link Reason#REFUSED} if the operator said no or the invitation has expired
     */
    public @Nullable Confirmed poll(Waiting waiting, long nowMillis) throws OfficeException {
        Invitation invitation = waiting.invitation();
        try (OfficeConnection connection = OfficeConnection.open(network, invitation.domain())) {
            OfficeDescriptor office = believe(connection, invitation.domain(), invitation.officeKey());
            Enrolment.Polled polled = decode(
                    post(connection, "/v1/enrol/poll", new Enrolment.Ask(invitation.secret()).encode()),
                    Enrolment.Polled::decode);
            requireNotRefused(polled.state());
            SignedGenesis signed = polled.genesis();
            if (signed == null) {
                return null;
            }
            if (!signed.genesis().equals(waiting.genesis())) {
                throw new OfficeException(Reason.MALFORMED, "The office signed something else than this phone sent.");
            }
            PeerKeys known = known(connection, office, invitation.officeKey(), nowMillis);
            return new Confirmed(verify(new UnverifiedChain(signed, List.of()), known), known);
        }
    }

    /**
     * Where a further device stands while it waits for the existing one.
     *
     * @param words to compare with the other screen
     */
    public record Linking(DeviceLink link, HybridPublicKey officeKey, List<String> words) {}

    /** Sends the request of a further device. */
    public Linking beginLink(DeviceLink link, HybridKeyPair device) throws OfficeException {
        try (OfficeConnection connection = OfficeConnection.open(network, link.domain())) {
            OfficeDescriptor office = believe(connection, link.domain(), link.officeKey());
            LinkRequest request = LinkRequest.create(primitives, random, link, device, DeviceKind.JAVA_PHONE);
            post(connection, "/v1/link/request", request.encode());
            return new Linking(link, office.officeKey(), request.words(primitives));
        }
    }

    /** As {@link #poll(Waiting, long)}, for a further device; the chain is the principal's, with this device in it. */
    public @Nullable Confirmed pollLink(Linking linking, HybridKeyPair device, long nowMillis) throws OfficeException {
        DeviceLink link = linking.link();
        try (OfficeConnection connection = OfficeConnection.open(network, link.domain())) {
            OfficeDescriptor office = believe(connection, link.domain(), link.officeKey());
            Enrolment.LinkPolled polled = decode(
                    post(connection, "/v1/link/poll", new Enrolment.LinkAsk(link.id(primitives)).encode()),
                    Enrolment.LinkPolled::decode);
            requireNotRefused(polled.state());
            if (polled.chain() == null) {
                return null;
            }
            PeerKeys known = known(connection, office, link.officeKey(), nowMillis);
            VerifiedChain chain = verify(polled.chain(), known);
            boolean mine = chain.devices().stream().anyMatch(each -> each.key().equals(device.publicKey()));
            if (!chain.principal().equals(link.principal()) || !mine) {
                throw new OfficeException(
                        Reason.MALFORMED, "The office sent a chain in which this phone does not stand.");
            }
            return new Confirmed(chain, known);
        }
    }

    /** What the office at {@code office} publishes of its keys; it is signed by itself, so nothing is believed of the connection. */
    static List<KeyRotation.Published> rotations(OfficeNetwork network, OfficeDomain office, long timeoutMillis) {
        try (OfficeConnection connection = OfficeConnection.open(network, office, timeoutMillis)) {
            return rotations(connection);
        } catch (OfficeException e) {
            return List.of();
        }
    }

    /** Chains may have begun under a key that the office has left; the one that it has now says so. */
    private PeerKeys known(OfficeConnection connection, OfficeDescriptor office, Bytes officeKey, long nowMillis)
            throws OfficeException {
        return PeerKeys.first(office.domain(), office.officeKey(), officeKey, office.recoveryKey(), nowMillis)
                .preceded(primitives, rotations(connection));
    }

    private static List<KeyRotation.Published> rotations(OfficeConnection connection) throws OfficeException {
        OfficeConnection.Response response = connection.get("/.well-known/whodis-keys");
        try {
            return response.status() == OK ? KeyRotation.Published.decodeList(response.body()) : List.of();
        } catch (DecodeException malformed) {
            return List.of();
        }
    }

    private OfficeDescriptor believe(OfficeConnection connection, OfficeDomain domain, Bytes officeKey)
            throws OfficeException {
        OfficeConnection.Response response = connection.get("/.well-known/whodis");
        if (response.status() != OK) {
            throw new OfficeException(Reason.NOT_THE_OFFICE, "What answers at " + domain + " is not a Whodis office.");
        }
        SignedOfficeDescriptor descriptor =
                decode(response.body(), body -> WireReader.decode(body, SignedOfficeDescriptor::read));
        try {
            return descriptor.verify(
                    primitives, domain, officeKey, connection.peer().spkiSha256());
        } catch (IdentityException e) {
            throw DeviceSession.notTheOffice(e);
        }
    }

    private VerifiedChain verify(UnverifiedChain chain, PeerKeys office) throws OfficeException {
        OfficeKeys own = (domain, officeKey) -> domain.equals(office.domain()) ? office.find(officeKey) : null;
        try {
            return chain.verify(primitives, own);
        } catch (IdentityException e) {
            throw new OfficeException(
                    Reason.MALFORMED, "The office sent a chain that does not hold: " + e.getMessage());
        }
    }

    private static Bytes post(OfficeConnection connection, String path, Bytes body) throws OfficeException {
        OfficeConnection.Response response = connection.post(path, body);
        if (response.status() != OK) {
            throw DeviceSession.refused(response.body());
        }
        return response.body();
    }

    private static void requireNotRefused(Enrolment.State state) throws OfficeException {
        if (state == Enrolment.State.REFUSED) {
            throw new OfficeException(Reason.REFUSED, "It was refused at the office. Ask there for a new invitation.");
        }
    }

    private interface Decoder<T> {
        T decode(Bytes body) throws DecodeException;
    }

    private static <T> T decode(Bytes body, Decoder<T> decoder) throws OfficeException {
        try {
            return decoder.decode(body);
        } catch (DecodeException e) {
            throw new OfficeException(Reason.MALFORMED, "The office sent what no office sends: " + e.getMessage());
        }
    }
}
