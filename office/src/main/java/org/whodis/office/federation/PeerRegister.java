package org.whodis.office.federation;

import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeException;
import org.whodis.office.PeerOffice;
import org.whodis.office.store.PeerStore.Rule;

/** What the operator sees and says of other offices. */
public final class PeerRegister {
    /** How long the first connection may take while the operator waits. */
    private static final long MEET_MILLIS = 10_000;

    /** No request has this type: asking for it is how an office is met. */
    private static final int NOTHING = 0;

    private final OfficeContext office;
    private final Peers peers;

    public PeerRegister(OfficeContext office, Peers peers) {
        this.office = office;
        this.peers = peers;
    }

    private record Known(List<PeerKeys> keys, List<Rule> rules) {}

    public List<PeerOffice> list() throws InterruptedException {
        Known known = office.store()
                .transact(transaction ->
                        new Known(transaction.peers().all(), transaction.peers().rules()));
        Map<String, PeerOffice> out = new TreeMap<>();
        for (Rule rule : known.rules()) {
            out.put(rule.domain().value(), describe(rule.domain(), null, rule));
        }
        for (PeerKeys keys : known.keys()) {
            Rule rule = known.rules().stream()
                    .filter(each -> each.domain().equals(keys.domain()))
                    .findFirst()
                    .orElse(null);
            out.put(keys.domain().value(), describe(keys.domain(), keys, rule));
        }
        return new ArrayList<>(out.values());
    }

    public boolean isListedOnly() throws InterruptedException {
        return office.store().transact(transaction -> transaction.peers().listedOnly());
    }

    public void listedOnly(boolean listed) throws InterruptedException {
        office.store().transact(transaction -> {
            transaction.peers().listedOnly(listed);
            return true;
        });
        peers.rulesChanged();
    }

    /** Denying beats allowing: who was denied is allowed only by saying so again. */
    public void rule(String domain, boolean allowed) throws InterruptedException, OfficeException {
        Rule rule = new Rule(domain(domain), allowed);
        office.store().transact(transaction -> {
            transaction.peers().put(rule);
            return true;
        });
        peers.rulesChanged();
        office.log().info("peer.rule", "allowed", allowed);
    }

    /** Makes sure that the office's key is known, and gives what its operator has to read out. */
    public PeerOffice meet(String name) throws InterruptedException, OfficeException {
        OfficeDomain domain = domain(name);
        if (keys(domain) == null) {
            PeerOutcome outcome;
            try {
                outcome = peers.request(domain, null, NOTHING, Bytes.EMPTY, office.now() + MEET_MILLIS)
                        .get(MEET_MILLIS + 2_000, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                outcome = new PeerOutcome.Unknown();
            }
            if (keys(domain) == null) {
                throw new OfficeException("The office of " + domain + " cannot be reached (" + reason(outcome)
                        + "). Check the name, and whether it is denied here.");
            }
        }
        return describe(domain, keys(domain), rule(domain));
    }

    /** The operator has heard {@code words} from the other one's operator. */
    public PeerOffice compare(String name, String words) throws InterruptedException, OfficeException {
        OfficeDomain domain = domain(name);
        PeerKeys keys = keys(domain);
        if (keys == null) {
            throw new OfficeException("There was no connection with the office of " + domain
                    + " yet. First run: whodis office peers compare " + domain);
        }
        String heard = normal(words);
        PeerKeys.Held held = keys.held();
        Bytes same = heard.equals(normal(words(domain, keys.keyHash())))
                ? keys.keyHash()
                : held != null && heard.equals(normal(words(domain, held.keyHash()))) ? held.keyHash() : null;
        if (same == null) {
            throw new OfficeException(
                    "These are not the words. If the other operator has read them from their own screen, somebody"
                            + " stands between the two offices: do not use this connection, and tell your people.");
        }
        PeerKeys after = office.store().attempt(transaction -> {
            PeerKeys now = transaction.peers().find(domain);
            PeerKeys compared = now == null ? null : now.compared(same, office.now());
            if (compared != null) {
                transaction.peers().put(compared);
            }
            return compared;
        });
        if (after != null) {
            peers.admission().noted(after);
        }
        peers.keyChanged(domain, same);
        office.log().info("peer.compared");
        return describe(domain, keys(domain), rule(domain));
    }

    /** The next contact is the first one again. */
    public void forget(String name) throws InterruptedException, OfficeException {
        OfficeDomain domain = domain(name);
        if (!office.store().transact(transaction -> transaction.peers().forget(domain))) {
            throw new OfficeException("The office of " + domain + " is not known. Look at: whodis office peers");
        }
        peers.forgotten(domain);
        office.log().info("peer.forgotten");
    }

    private @Nullable PeerKeys keys(OfficeDomain domain) throws InterruptedException {
        return office.store().attempt(transaction -> transaction.peers().find(domain));
    }

    private @Nullable Rule rule(OfficeDomain domain) throws InterruptedException {
        return office.store().attempt(transaction -> transaction.peers().rule(domain));
    }

    private PeerOffice describe(OfficeDomain domain, @Nullable PeerKeys keys, @Nullable Rule rule) {
        PeerKeys.Held held = keys == null ? null : keys.held();
        Long comparedAt = keys == null ? null : keys.comparedAt();
        return new PeerOffice(
                domain.value(),
                keys == null ? "" : keys.keyHash().hex(),
                keys == null ? List.of() : words(domain, keys.keyHash()),
                comparedAt == null ? null : Instant.ofEpochMilli(comparedAt),
                held == null ? null : held.keyHash().hex(),
                held == null || !held.isVouched() ? null : Instant.ofEpochMilli(held.until()),
                held == null ? List.of() : words(domain, held.keyHash()),
                rule == null ? "" : rule.allowed() ? "allowed" : "denied",
                peers.isConnected(domain),
                keys != null && keys.alarmedAt() != null);
    }

    private List<String> words(OfficeDomain domain, Bytes key) {
        return OfficeWords.of(office.primitives(), office.domain(), office.officeKey(), domain, key);
    }

    private static String normal(List<String> words) {
        return String.join(" ", words);
    }

    /** Typing forgives case, and what stands between the words. */
    private static String normal(String typed) {
        return Normalizer.normalize(typed, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z]+", " ")
                .trim();
    }

    private static String reason(PeerOutcome outcome) {
        return switch (outcome) {
            case PeerOutcome.NotSent refused ->
                refused.why().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            case PeerOutcome.Applied _, PeerOutcome.Refused _, PeerOutcome.Unknown _ -> "no answer";
        };
    }

    private static OfficeDomain domain(String name) throws OfficeException {
        if (!OfficeDomain.isValid(name)) {
            throw new OfficeException(name
                    + " is not the domain of an office: host or host:port, in lower-case letters, digits, dots and"
                    + " hyphens, and without :443.");
        }
        return new OfficeDomain(name);
    }
}
