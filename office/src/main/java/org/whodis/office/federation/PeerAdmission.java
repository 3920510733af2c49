package org.whodis.office.federation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerIdentity;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
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

    /** Offices on record; strangers can make themselves known, and must not fill the disk. */
    static final int MAX_PEERS = 10_000;

    /**
     * An office that was seen over a longer time than this is not forgotten for newcomers: who makes up offices by the
     * thousand cannot make the key of a true one unknown, and be its first contact.
     */
    static final long STRANGER_MILLIS = TimeUnit.DAYS.toMillis(1);

    /** Unless nothing was heard of it for so long. */
    static final long GONE_MILLIS = TimeUnit.DAYS.toMillis(365);

    /** When an office was seen is written down this often at most. */
    private static final long SEEN_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** How often a state that changed while it was looked at is looked at again. */
    private static final int MAX_TRIES = 5;

    /** Looks at other domains for strangers' sake: at once, and each minute after that. */
    private static final int LOOKS_BURST = 60;

    private static final int LOOKS_PER_MINUTE = 60;

    /** Of those, for strangers from one address, so that one of them does not use up what is there for all. */
    private static final int LOOKS_BY_ADDRESS = 10;

    private static final int MAX_ADDRESSES = 4_096;

    private static final long LOOK_MILLIS = 10_000;

    private final OfficeContext office;
    private final FederationConfig config;
    private final AddressRule rule;
    private final @Nullable Dialler client;
    private final BiPredicate<OfficeDomain, Bytes> isHeard;
    private final Set<OfficeDomain> compared = ConcurrentHashMap.newKeySet();
    private final Budget looks;
    private final Map<Bytes, Budget> looksByAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Budget> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /** @param isHeard whether there is a connection with an office under a key, and it is not silent */
    PeerAdmission(
            OfficeContext office,
            FederationConfig config,
            AddressRule rule,
            @Nullable Dialler client,
            BiPredicate<OfficeDomain, Bytes> isHeard) {
        this.isHeard = isHeard;
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
        if (known != null && !isKnown && known.find(identity.keyHash()) != null) {
            throw new PeerException(PeerRefusal.KEY_LEFT);
        }
        if (!isKnown && from != null) {
            if (!mayMakeUsLook(from)) {
                throw new PeerException(PeerRefusal.TOO_MANY);
            }
            requireDomainSays(identity);
        }
        List<KeyRotation.Published> published = isKnown ? List.of() : rotations(identity.domain());
        PeerKeys.Seen seen = record(identity, published);
        PeerKeys.Held held = seen.keys().held();
        if (held != null && held.isVouched()) {
            // Whoever proved the old key at the same time may have been recorded first and heard only now.
            takeBackIfHeard(identity.domain());
        }
        if (seen.keys().alarmedAt() != null) {
            office.log().warn("peer.two_keys_follow_one");
        }
        if (!seen.accepted()) {
            office.log().warn("peer.key_held");
            throw new PeerException(PeerRefusal.KEY_HELD);
        }
        return new RemoteOffice(seen.keys(), identity.version());
    }

    /** The office whose key is compared is never crowded out by those that are not. */
    boolean isCompared(OfficeDomain domain) {
        return compared.contains(domain);
    }

    /** What is on record when this office starts. */
    void begin() throws InterruptedException {
        office.store().transact(transaction -> transaction.peers().all()).forEach(this::noted);
    }

    /** What is on record of an office now. */
    void noted(PeerKeys keys) {
        if (keys.isCompared()) {
            compared.add(keys.domain());
        } else {
            compared.remove(keys.domain());
        }
    }

    void forgotten(OfficeDomain domain) {
        compared.remove(domain);
    }

    /** There is a connection under the key that counts: a key that was to take its place by time alone will not. */
    void takeBackIfHeard(OfficeDomain domain) throws InterruptedException {
        office.store().transact(transaction -> {
            PeerKeys keys = transaction.peers().find(domain);
            if (keys != null
                    && keys.held() != null
                    && keys.held().isVouched()
                    && isHeard.test(domain, keys.keyHash())) {
                transaction.peers().put(keys.inUse());
            }
            return true;
        });
    }

    /** An office says over its connection that it has another key, to which its recovery key has agreed. */
    PeerHandler.Work rotated(RemoteOffice from, PeerRequest request, Consumer<PeerKeys> changed)
            throws InterruptedException {
        PeerKeys before =
                office.store().attempt(transaction -> transaction.peers().find(from.domain()));
        PeerKeys after;
        try {
            after = before == null
                    ? null
                    : before.rotated(office.primitives(), KeyRotation.Signed.decode(request.body()), office.now());
        } catch (DecodeException e) {
            return PeerHandler.Work.answer(new PeerAnswer.Refused(Refusal.MALFORMED));
        }
        if (after == null || before == null || after.keyHash().equals(before.keyHash())) {
            return PeerHandler.Work.answer(new PeerAnswer.Refused(Refusal.NOT_ALLOWED));
        }
        return (transaction, _) -> {
            if (!before.equals(transaction.peers().find(from.domain()))) {
                return PeerHandler.Result.nothing(new PeerAnswer.Refused(Refusal.CONFLICT), 0);
            }
            transaction.peers().put(after);
            return PeerHandler.Result.applied(new PeerAnswer.Applied(Bytes.EMPTY), () -> {
                office.log().info("peer.key_changed");
                noted(after);
                changed.accept(after);
            });
        };
    }

    private boolean mayMakeUsLook(InetAddress from) {
        Budget budget;
        synchronized (looksByAddress) {
            budget = looksByAddress.computeIfAbsent(
                    AddressKey.of(from), _ -> new Budget(office.time(), LOOKS_BY_ADDRESS, LOOKS_BY_ADDRESS));
        }
        return budget.take();
    }

    /** Signatures are checked before the transaction, which only looks whether they were checked against what is there. */
    private PeerKeys.Seen record(PeerIdentity identity, List<KeyRotation.Published> published)
            throws PeerException, InterruptedException {
        for (int i = 0; i < MAX_TRIES; i++) {
            long now = office.now();
            PeerKeys before =
                    office.store().attempt(transaction -> transaction.peers().find(identity.domain()));
            PeerKeys.Seen seen = before == null
                    ? new PeerKeys.Seen(PeerKeys.first(identity, now).preceded(office.primitives(), published), true)
                    : judged(before, identity, published, now);
            switch (office.store().transact(transaction -> put(transaction.peers(), before, seen, now))) {
                case PUT -> {
                    noted(seen.keys());
                    return seen;
                }
                case FULL -> throw new PeerException(PeerRefusal.REGISTER_FULL);
                case CHANGED -> {}
            }
        }
        throw new PeerException(PeerRefusal.TOO_MANY);
    }

    private enum Put {
        PUT,
        CHANGED,
        FULL
    }

    private Put put(PeerStore peers, @Nullable PeerKeys before, PeerKeys.Seen seen, long now) {
        OfficeDomain domain = seen.keys().domain();
        if (!Objects.equals(before, peers.find(domain))) {
            return Put.CHANGED;
        }
        if (before == null && peers.count() >= MAX_PEERS) {
            OfficeDomain least = peers.leastKnown(STRANGER_MILLIS, now - GONE_MILLIS);
            if (least == null) {
                return Put.FULL;
            }
            peers.forget(least);
        }
        if (!seen.keys().equals(before)) {
            peers.put(seen.keys());
        }
        if (seen.accepted()) {
            peers.seen(domain, now / SEEN_MILLIS * SEEN_MILLIS);
        }
        return Put.PUT;
    }

    private PeerKeys.Seen judged(
            PeerKeys before, PeerIdentity identity, List<KeyRotation.Published> published, long now) {
        PeerKeys rotated = before.followed(office.primitives(), published, now);
        PeerKeys.Seen seen = rotated.seen(identity, now);
        PeerKeys.Held held = seen.keys().held();
        boolean isByTimeAlone = !seen.keys().keyHash().equals(rotated.keyHash()) || held != null && held.isVouched();
        return isByTimeAlone && isHeard.test(rotated.domain(), rotated.keyHash())
                ? new PeerKeys.Seen(rotated.inUse(), false)
                : seen;
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
    private List<KeyRotation.Published> rotations(OfficeDomain domain) throws InterruptedException {
        try {
            Dialler.Answer answer = look(domain, ROTATIONS_PATH, KeyRotation.Published.MAX_LIST_LENGTH);
            return answer.status() == 200 ? KeyRotation.Published.decodeList(answer.body()) : List.of();
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
