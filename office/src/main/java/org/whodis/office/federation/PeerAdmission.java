package org.whodis.office.federation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerIdentity;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.AddressKey;
import org.whodis.office.http.Dialler;
import org.whodis.office.store.PeerStore;

/**
 * Whether an office that has proved a key is the one that it says, and whether this office talks to it.
 *
 * <p>A key is believed to be a domain's if it is the one on record. If there is none, or another, the domain itself has to
 * say so: the connection was made to where its name leads, or else its descriptor is fetched from there. That is as good as
 * the name service and the network of that moment, which is why a person's phone shows such an office as not compared.
 */
public final class PeerAdmission {
    static final String DESCRIPTOR_PATH = "/.well-known/whodis";
    static final String ROTATIONS_PATH = "/.well-known/whodis-keys";

    /** Rotations that an office publishes: the latest, for peers that it has not met for years. */
    static final int MAX_ROTATIONS = 8;

    /** Offices on record; strangers can make themselves known, and must not fill the disk. */
    static final int MAX_PEERS = 10_000;

    /** Looks at other domains for strangers' sake: at once, and each minute after that. */
    private static final int LOOKS_BURST = 60;

    private static final int LOOKS_PER_MINUTE = 60;

    /** Of those, for strangers from one address, so that one of them does not use up what is there for all. */
    private static final int LOOKS_BY_ADDRESS = 10;

    private static final int MAX_ADDRESSES = 4_096;

    private static final long LOOK_MILLIS = 10_000;

    private static final int MAX_ROTATIONS_BODY = 8 + MAX_ROTATIONS * KeyRotation.Signed.MAX_LENGTH;

    private final OfficeContext office;
    private final FederationConfig config;
    private final AddressRule rule;
    private final @Nullable Dialler client;
    private final Budget looks;
    private final Map<Bytes, Budget> looksByAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Budget> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    PeerAdmission(OfficeContext office, FederationConfig config, AddressRule rule, @Nullable Dialler client) {
        this.office = office;
        this.config = config;
        this.rule = rule;
        this.client = client;
        this.looks = new Budget(office.time(), LOOKS_BURST, LOOKS_PER_MINUTE);
    }

    /** Where {@code domain} is now: the address that was looked at is the one to connect to. */
    InetSocketAddress resolve(OfficeDomain domain) throws PeerException {
        return resolve(domain.host(), domain.port());
    }

    /** Where something of another office's is that says to be at {@code host}, within the same rules. */
    InetSocketAddress resolve(String host, int port) throws PeerException {
        if (!AddressRule.isPort(port)) {
            throw new PeerException(PeerRefusal.ADDRESS_NOT_ALLOWED);
        }
        List<InetAddress> addresses;
        try {
            addresses = config.resolver().resolve(host);
        } catch (UnknownHostException e) {
            throw new PeerException(PeerRefusal.UNREACHABLE);
        }
        for (InetAddress each : addresses) {
            if (rule.allows(each)) {
                return new InetSocketAddress(each, port);
            }
        }
        throw new PeerException(addresses.isEmpty() ? PeerRefusal.UNREACHABLE : PeerRefusal.ADDRESS_NOT_ALLOWED);
    }

    /** The operator's word, before anything is spent on {@code domain}. */
    void requireAllowed(OfficeDomain domain) throws PeerException, InterruptedException {
        boolean allowed = office.store().transact(transaction -> isAllowed(transaction.peers(), domain));
        if (!allowed) {
            throw new PeerException(PeerRefusal.DENIED);
        }
    }

    /** Denying beats allowing, and allowing matters only where everybody else is shut out. */
    public static boolean isAllowed(PeerStore peers, OfficeDomain domain) {
        PeerStore.Rule rule = peers.rule(domain);
        return rule == null ? !peers.listedOnly() : rule.allowed();
    }

    /** An office that this one has dialled, and that has proved {@code identity}. */
    RemoteOffice dialled(PeerIdentity identity) throws PeerException, InterruptedException {
        return admit(identity, null);
    }

    /** An office that came by itself, from {@code address}, and has proved {@code identity}. */
    RemoteOffice accepted(PeerIdentity identity, InetAddress address) throws PeerException, InterruptedException {
        return admit(identity, address);
    }

    /** @param from null if the domain led here */
    private RemoteOffice admit(PeerIdentity identity, @Nullable InetAddress from)
            throws PeerException, InterruptedException {
        requireAllowed(identity.domain());
        PeerKeys known =
                office.store().attempt(transaction -> transaction.peers().find(identity.domain()));
        boolean isKnown = known != null && known.keyHash().equals(identity.keyHash());
        if (!isKnown && from != null) {
            if (!mayMakeUsLook(from)) {
                throw new PeerException(PeerRefusal.TOO_MANY);
            }
            requireDomainSays(identity);
        }
        List<KeyRotation.Signed> published = known == null || isKnown ? List.of() : rotations(identity.domain());
        PeerKeys.Seen seen = office.store().transact(transaction -> record(transaction.peers(), identity, published));
        if (seen.keys().held() != null && !seen.accepted()) {
            office.log().warn("peer.key_held");
        }
        if (!seen.accepted()) {
            throw new PeerException(PeerRefusal.KEY_HELD);
        }
        return new RemoteOffice(seen.keys(), identity.version());
    }

    private boolean mayMakeUsLook(InetAddress from) {
        Budget budget;
        synchronized (looksByAddress) {
            budget = looksByAddress.computeIfAbsent(
                    AddressKey.of(from), _ -> new Budget(office.time(), LOOKS_BY_ADDRESS, LOOKS_BY_ADDRESS));
        }
        return budget.take();
    }

    private PeerKeys.Seen record(PeerStore peers, PeerIdentity identity, List<KeyRotation.Signed> published) {
        long now = office.now();
        PeerKeys before = peers.find(identity.domain());
        if (before == null) {
            PeerKeys first = PeerKeys.first(identity, now);
            if (peers.count() >= MAX_PEERS) {
                return new PeerKeys.Seen(first, false);
            }
            peers.put(first);
            return new PeerKeys.Seen(first, true);
        }
        PeerKeys rotated = before;
        for (KeyRotation.Signed each : published) {
            rotated = rotated.rotated(office.primitives(), each, now);
        }
        PeerKeys.Seen seen = rotated.seen(identity, now);
        if (!seen.keys().equals(before)) {
            peers.put(seen.keys());
        }
        return seen;
    }

    /** Looks at the domain's own descriptor: anybody can claim a name. */
    private void requireDomainSays(PeerIdentity identity) throws PeerException, InterruptedException {
        Dialler.Answer answer = look(identity.domain(), DESCRIPTOR_PATH, SignedOfficeDescriptor.MAX_LENGTH);
        try {
            SignedOfficeDescriptor signed = SignedOfficeDescriptor.decode(answer.body());
            OfficeDescriptor said =
                    signed.verify(office.primitives(), identity.domain(), identity.keyHash(), answer.tlsSpkiSha256());
            if (!said.officeKey().equals(identity.key())) {
                throw new PeerException(PeerRefusal.NOT_WHO_THE_DOMAIN_SAYS);
            }
        } catch (DecodeException | org.whodis.core.identity.IdentityException e) {
            throw new PeerException(PeerRefusal.NOT_WHO_THE_DOMAIN_SAYS);
        }
    }

    /** What the domain publishes; it is signed by itself, so nothing is believed of the connection. */
    private List<KeyRotation.Signed> rotations(OfficeDomain domain) throws InterruptedException {
        try {
            Dialler.Answer answer = look(domain, ROTATIONS_PATH, MAX_ROTATIONS_BODY);
            return answer.status() == 200
                    ? WireReader.decode(
                            answer.body(), in -> in.list(MAX_ROTATIONS_BODY, MAX_ROTATIONS, KeyRotation.Signed::read))
                    : List.of();
        } catch (PeerException | DecodeException e) {
            return List.of();
        }
    }

    private Dialler.Answer look(OfficeDomain domain, String path, int maxBody)
            throws PeerException, InterruptedException {
        Dialler from = client;
        if (from == null || !looks.take()) {
            throw new PeerException(from == null ? PeerRefusal.NOT_POST_QUANTUM : PeerRefusal.TOO_MANY);
        }
        try {
            return from.get(resolve(domain), domain.value(), path, maxBody).get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PeerException(PeerRefusal.UNREACHABLE);
        }
    }
}
