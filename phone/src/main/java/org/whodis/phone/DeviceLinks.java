package org.whodis.phone;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.Linking;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.ToOffice;
import org.whodis.phone.signalling.DeviceCredentials;
import org.whodis.phone.signalling.DeviceSession;

/** {@link Linking} over this phone's session. */
final class DeviceLinks {
    private final PhoneConfig config;
    private final DeviceSession session;
    private final OfficeKeys offices;
    private final DeviceCredentials credentials;
    private final HybridKeyPair device;
    private final Linking linking;

    DeviceLinks(
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
        this.linking = new Linking(config.primitives());
    }

    /** The link to type into the new device; it lives ten minutes. */
    CompletableFuture<String> openLink() {
        DeviceLink link = linking.open(
                config.random(),
                credentials.office(),
                credentials.officeKey(),
                credentials.principal(),
                config.clock().millis());
        return announce(link).thenApply(_ -> link.link());
    }

    /** The office hands requests to a session: a new session has to say again which link is open. */
    void sessionIsUp() {
        DeviceLink unused = linking.unused(config.clock().millis());
        if (unused != null) {
            var _ = announce(unused);
        }
    }

    /** A device used the link; null if it is not one that saw it. Only the first one counts. */
    PhoneEvent.@Nullable LinkRequested arrived(LinkRequest arrived) {
        return linking.arrived(arrived, config.clock().millis())
                ? new PhoneEvent.LinkRequested(arrived.deviceKind(), arrived.words(config.primitives()))
                : null;
    }

    /** The person has compared the words. */
    CompletableFuture<VerifiedChain> confirm(boolean match, VerifiedChain own) {
        LinkRequest confirmed = linking.close();
        if (confirmed == null) {
            return CompletableFuture.failedFuture(
                    new PhoneException("No device is waiting. Make a link first: whodis phone devices link"));
        }
        if (!match) {
            return CompletableFuture.failedFuture(new PhoneException(
                    "The words differ, so the device was not added. Somebody may have seen the link: make a new one."));
        }
        try {
            Linking.Extended extended = Linking.extend(
                    config.primitives(),
                    config.random(),
                    offices,
                    confirmed,
                    own,
                    device,
                    config.clock().millis());
            return session.request(id -> new ToOffice.ChainAppend(id, extended.statement()))
                    .thenApply(_ -> extended.chain());
        } catch (IdentityException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new PhoneException("This device cannot be added: " + e.getMessage()));
        }
    }

    /** Takes a device of this person out of the chain, which is the answer once the office has written it down. */
    CompletableFuture<VerifiedChain> revoke(DeviceId revoked, VerifiedChain own) {
        try {
            Linking.Extended extended = RevokeDevice.sign(
                    config.primitives(),
                    config.random(),
                    offices,
                    own,
                    revoked,
                    device,
                    config.clock().millis());
            return session.request(id -> new ToOffice.ChainAppend(id, extended.statement()))
                    .thenApply(_ -> extended.chain());
        } catch (IdentityException e) {
            return CompletableFuture.failedFuture(new PhoneException(
                    e.reason() == IdentityException.Reason.LAST_DEVICE_REVOKED
                            ? "This is the only device, and a person has to have one. Link another one first:"
                                    + " whodis phone devices link"
                            : "This device cannot be removed: " + e.getMessage()));
        }
    }

    /** Gives the office back what it has lost of the chain, one after another. */
    void restore(List<SignedStatement> missing) {
        CompletableFuture<?> before = CompletableFuture.completedFuture(null);
        for (SignedStatement each : missing) {
            before = before.thenCompose(_ -> session.request(id -> new ToOffice.ChainAppend(id, each)));
        }
    }

    private CompletableFuture<?> announce(DeviceLink link) {
        return session.request(id -> new ToOffice.LinkOpen(id, link.id(config.primitives())));
    }
}
