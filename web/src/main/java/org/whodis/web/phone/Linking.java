package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;

/**
 * Brings a further device of the same person in (protocol section 3): opens a link, checks who used it, and signs. One link
 * at a time; a new one ends the one before.
 */
final class Linking {
    private final Shell shell;
    private final OfficeSession session;
    private final OfficeKeys offices;
    private final HybridKeyPair device;
    private final Listener listener;
    private @Nullable DeviceLink open;
    private long openUntil;
    private @Nullable LinkRequest request;

    interface Listener {
        void grown(VerifiedChain own);
    }

    Linking(Shell shell, OfficeSession session, OfficeKeys offices, HybridKeyPair device, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.offices = offices;
        this.device = device;
        this.listener = listener;
    }

    /** Makes the link to follow on the new device; it lives ten minutes. */
    void openLink(int deed, OfficeDomain office, Bytes officeKey, VerifiedChain own) {
        DeviceLink link = new DeviceLink(
                office, Secret.owning(shell.random.next(DeviceLink.SECRET_LENGTH)), officeKey, own.principal());
        open = link;
        request = null;
        openUntil = shell.now() + DeviceLink.LIFETIME_MILLIS;
        shell.changed();
        session.request(id -> new ToOffice.LinkOpen(id, link.id(shell.primitives)), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                shell.done(deed, SnapshotJson.link(link.link(), openUntil));
            }

            @Override
            public void refused(int code) {
                lost();
            }

            @Override
            public void lost() {
                shell.failed(deed, Problem.OFFICE_UNREACHABLE);
            }
        });
    }

    /** The office hands requests to a session: a new session has to say again which link is open. */
    void sessionIsUp() {
        DeviceLink link = open;
        if (link != null && request == null && shell.now() < openUntil) {
            session.request(id -> new ToOffice.LinkOpen(id, link.id(shell.primitives)), new OfficeSession.Answer() {
                @Override
                public void ok(Bytes body) {}

                @Override
                public void refused(int code) {}

                @Override
                public void lost() {}
            });
        }
    }

    /** A device used a link. Only the first that saw the one that is open counts. */
    void arrived(LinkRequest arrived) {
        if (open == null || request != null || shell.now() >= openUntil) {
            return;
        }
        try {
            arrived.verify(shell.primitives, open);
        } catch (IdentityException e) {
            return;
        }
        request = arrived;
        shell.changed();
    }

    @Nullable
    DeviceKind requestedKind() {
        return request == null ? null : request.deviceKind();
    }

    /** To be compared with the other screen. */
    List<String> words() {
        return request == null ? List.of() : request.words(shell.primitives);
    }

    /** The person has compared the words. */
    void vouch(int deed, boolean accept, VerifiedChain own) {
        LinkRequest confirmed = request;
        open = null;
        request = null;
        shell.changed();
        if (confirmed == null) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        if (!accept) {
            shell.done(deed);
            return;
        }
        List<SignedStatement> statements = new ArrayList<>(own.wire().statements());
        if (statements.size() >= UnverifiedChain.MAX_STATEMENTS) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        SignedStatement statement = confirmed.toStatement(shell.primitives, shell.random, own, device, shell.now());
        statements.add(statement);
        VerifiedChain grown;
        try {
            grown = new UnverifiedChain(own.wire().genesis(), statements).verify(shell.primitives, offices);
        } catch (IdentityException e) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        session.request(id -> new ToOffice.ChainAppend(id, statement), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                listener.grown(grown);
                shell.done(deed);
            }

            @Override
            public void refused(int code) {
                shell.failed(deed, Problem.NOT_NOW);
            }

            @Override
            public void lost() {
                shell.failed(deed, Problem.OFFICE_UNREACHABLE);
            }
        });
    }
}
