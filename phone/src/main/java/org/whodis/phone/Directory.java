package org.whodis.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.signalling.DeviceSession;
import org.whodis.phone.signalling.OfficeException;

/**
 * The people of this phone's office, as verified chains. A chain that was once seen is never given up for an older one or
 * for another that does not extend it.
 */
final class Directory {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

    /** Pages hold at least a dozen people: an office of more than this sends pages without end. */
    private static final int MAX_PAGES = 1_000;

    private static final Executor VERIFIER = Thread::startVirtualThread;

    private final PhoneConfig config;
    private final DeviceSession session;
    private final OfficeKeys offices;
    private final Map<PrincipalId, VerifiedChain> people = new ConcurrentHashMap<>();
    private volatile VerifiedChain own;

    Directory(PhoneConfig config, DeviceSession session, OfficeKeys offices, VerifiedChain own) {
        this.config = config;
        this.session = session;
        this.offices = offices;
        this.own = own;
    }

    VerifiedChain own() {
        return own;
    }

    void ownIs(VerifiedChain grown) {
        own = grown;
    }

    @Nullable
    VerifiedChain find(PrincipalId principal) {
        return people.get(principal);
    }

    /** Everybody but oneself, by name. */
    List<Contact> contacts(List<Pin> pins, long nowMillis) {
        Map<String, Contact> sorted = new TreeMap<>();
        for (VerifiedChain chain : people.values()) {
            Contact contact = Contact.of(chain, Assurance.pinFor(chain, pins), nowMillis);
            sorted.put(contact.name() + "\n" + contact.principal().value().hex(), contact);
        }
        return List.copyOf(sorted.values());
    }

    /**
     * Asks the office, page by page.
     *
     * @return this person's own chain if it has grown, else null
     */
    CompletableFuture<@Nullable VerifiedChain> read() {
        return readFrom(null, 0, new ArrayList<>()).thenApply(chains -> {
            VerifiedChain grown = null;
            List<PrincipalId> seen = new ArrayList<>();
            for (VerifiedChain chain : chains) {
                if (chain.principal().equals(own.principal())) {
                    boolean extendsOurs =
                            chain.contains(own.head()) && !chain.head().equals(own.head());
                    grown = extendsOurs ? chain : grown;
                } else {
                    people.put(chain.principal(), chain);
                    seen.add(chain.principal());
                }
            }
            people.keySet().retainAll(java.util.Set.copyOf(seen));
            return grown;
        });
    }

    private CompletableFuture<List<VerifiedChain>> readFrom(
            @Nullable PrincipalId after, int pages, List<VerifiedChain> collected) {
        return session.request(id -> new ToOffice.Directory(id, after))
                .thenComposeAsync(
                        body -> {
                            DirectoryPage page;
                            try {
                                page = DirectoryPage.decode(body);
                            } catch (DecodeException e) {
                                throw new CompletionException(new OfficeException(
                                        OfficeException.Reason.MALFORMED, "The office sent a directory that is none."));
                            }
                            PrincipalId last = after;
                            for (UnverifiedChain unverified : page.contacts()) {
                                last = PrincipalId.of(
                                        config.primitives(),
                                        unverified.genesis().genesis());
                                VerifiedChain verified = verify(last, unverified);
                                if (verified != null) {
                                    collected.add(verified);
                                }
                            }
                            boolean goesOn = page.more() && last != null && !last.equals(after) && pages < MAX_PAGES;
                            return goesOn
                                    ? readFrom(last, pages + 1, collected)
                                    : CompletableFuture.completedFuture(collected);
                        },
                        VERIFIER);
    }

    private @Nullable VerifiedChain verify(PrincipalId principal, UnverifiedChain unverified) {
        VerifiedChain known = principal.equals(own.principal()) ? own : people.get(principal);
        try {
            VerifiedChain believed = unverified.verifyAfter(known, config.primitives(), offices);
            if (!believed.wire().equals(unverified)) {
                LOG.warn("the office's directory has an older or another chain of {}; it is not believed", principal);
            }
            return believed;
        } catch (IdentityException e) {
            LOG.warn("the office's directory has a chain that does not hold: {}", e.reason());
            return known;
        }
    }
}
