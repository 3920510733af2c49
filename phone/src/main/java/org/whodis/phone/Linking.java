package org.whodis.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.ToOffice;
import org.whodis.phone.signalling.DeviceCredentials;
import org.whodis.phone.signalling.DeviceSession;

/**
 * Brings a further device of the same person in (protocol section 3): opens a link, checks who used it, and signs. One link
 * at a time; a new one ends the one before.
 */
final class Linking {
    private static final Logger LOG = LoggerFactory.getLogger(Linking.class);

    private final PhoneConfig config;
    private final DeviceSession session;
    private final OfficeKeys offices;
    private final DeviceCredentials credentials;
    private final HybridKeyPair device;
    private @Nullable DeviceLink open;
    private long openUntilMillis;
    private @Nullable LinkRequest request;

    Linking(
            PhoneConfig config,
            DeviceSession session,
            OfficeKeys offices,
            DeviceCredentials credentials,
            HybridKeyPair device) {
        this.config = config;
        this.session = session;
        this.offices = offices;
        this.credentials = credentials;
        this.device = device;
    }

    /** The link to type into the new device; it lives ten minutes. */
    CompletableFuture<String> openLink() {
        DeviceLink link = new DeviceLink(
                credentials.office(),
                Secret.owning(config.random().next(DeviceLink.SECRET_LENGTH)),
                credentials.officeKey(),
                credentials.principal());
        open = link;
        request = null;
        openUntilMillis = config.clock().millis() + DeviceLink.LIFETIME_MILLIS;
        return announce(link).thenApply(_ -> link.link());
    }

    /** The office hands requests to a session: a new session has to say again which link is open. */
    void sessionIsUp() {
        if (open != null && request == null && config.clock().millis() < openUntilMillis) {
            var _ = announce(open);
        }
    }

    /** A device used the link; null if it is not one that saw it. Only the first one counts. */
    PhoneEvent.@Nullable LinkRequested arrived(LinkRequest arrived) {
        if (open == null || request != null || config.clock().millis() >= openUntilMillis) {
            return null;
        }
        try {
            arrived.verify(config.primitives(), open);
        } catch (IdentityException e) {
            LOG.warn("a link request does not hold: {}", e.reason());
            return null;
        }
        request = arrived;
        return new PhoneEvent.LinkRequested(arrived.deviceKind(), arrived.words(config.primitives()));
    }

    /** The person has compared the words. */
    CompletableFuture<VerifiedChain> confirm(boolean match, VerifiedChain own) {
        LinkRequest confirmed = request;
        open = null;
        request = null;
        if (confirmed == null) {
            return CompletableFuture.failedFuture(
                    new PhoneException("No device is waiting. Make a link first: whodis phone devices link"));
        }
        if (!match) {
            return CompletableFuture.failedFuture(new PhoneException(
                    "The words differ, so the device was not added. Somebody may have seen the link: make a new one."));
        }
        SignedStatement statement = confirmed.toStatement(
                config.primitives(),
                config.random(),
                own,
                device,
                config.clock().millis());
        List<SignedStatement> statements = new ArrayList<>(own.wire().statements());
        statements.add(statement);
        VerifiedChain grown;
        try {
            grown = new UnverifiedChain(own.wire().genesis(), statements).verify(config.primitives(), offices);
        } catch (IdentityException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new PhoneException("This device cannot be added: " + e.getMessage()));
        }
        return session.request(id -> new ToOffice.ChainAppend(id, statement)).thenApply(_ -> grown);
    }

    private CompletableFuture<?> announce(DeviceLink link) {
        return session.request(id -> new ToOffice.LinkOpen(id, link.id(config.primitives())));
    }
}
