package org.whodis.web.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.Linking;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;

/** {@link Linking} over this phone's session. */
final class DeviceLinks {
    private final Shell shell;
    private final OfficeSession session;
    private final OfficeKeys offices;
    private final HybridKeyPair device;
    private final Listener listener;
    private final Linking linking;

    interface Listener {
        void grown(VerifiedChain own);
    }

    DeviceLinks(Shell shell, OfficeSession session, OfficeKeys offices, HybridKeyPair device, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.offices = offices;
        this.device = device;
        this.listener = listener;
        this.linking = new Linking(shell.primitives);
    }

    /** Makes the link to follow on the new device; it lives ten minutes. */
    void openLink(int deed, OfficeDomain office, Bytes officeKey, VerifiedChain own) {
        DeviceLink link = linking.open(shell.random, office, officeKey, own.principal(), shell.now());
        long until = linking.openUntil();
        shell.changed();
        announce(link, new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                shell.done(deed, SnapshotJson.link(link.link(), until));
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
        DeviceLink unused = linking.unused(shell.now());
        if (unused != null) {
            announce(unused, OfficeSession.Answer.IGNORED);
        }
    }

    private void announce(DeviceLink link, OfficeSession.Answer answer) {
        session.request(id -> new ToOffice.LinkOpen(id, link.id(shell.primitives)), answer);
    }

    /** A device used a link. */
    void arrived(LinkRequest arrived) {
        if (linking.arrived(arrived, shell.now())) {
            shell.changed();
        }
    }

    @Nullable
    DeviceKind requestedKind() {
        LinkRequest request = linking.request();
        return request == null ? null : request.deviceKind();
    }

    /** To be compared with the other screen. */
    List<String> words() {
        LinkRequest request = linking.request();
        return request == null ? List.of() : request.words(shell.primitives);
    }

    /** The person has compared the words. */
    void vouch(int deed, boolean accept, VerifiedChain own) {
        LinkRequest confirmed = linking.close();
        shell.changed();
        if (confirmed == null) {
            shell.failed(deed, Problem.NOT_NOW);
        } else if (!accept) {
            shell.done(deed);
        } else {
            append(deed, confirmed, own);
        }
    }

    private void append(int deed, LinkRequest confirmed, VerifiedChain own) {
        Linking.Extended extended;
        try {
            extended = Linking.extend(shell.primitives, shell.random, offices, confirmed, own, device, shell.now());
        } catch (IdentityException | IllegalArgumentException e) {
            shell.failed(deed, Problem.NOT_NOW);
            return;
        }
        append(deed, extended);
    }

    /** Takes another device of this person out of the chain, which counts once the office has written it down. */
    void revoke(int deed, DeviceId revoked, VerifiedChain own) {
        try {
            append(deed, RevokeDevice.sign(shell.primitives, shell.random, offices, own, revoked, device, shell.now()));
        } catch (IdentityException e) {
            shell.failed(deed, Problem.NOT_NOW);
        }
    }

    /** Tells the office that this device is out; {@code afterwards} comes, whatever it says. */
    void revoke(DeviceId itself, VerifiedChain own, Runnable afterwards) {
        Linking.Extended extended;
        try {
            extended = RevokeDevice.sign(shell.primitives, shell.random, offices, own, itself, device, shell.now());
        } catch (IdentityException e) {
            afterwards.run();
            return;
        }
        session.request(id -> new ToOffice.ChainAppend(id, extended.statement()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                afterwards.run();
            }

            @Override
            public void refused(int code) {
                afterwards.run();
            }

            @Override
            public void lost() {
                afterwards.run();
            }
        });
    }

    /** Gives the office back what it has lost of the chain; it takes them in the order in which they come. */
    void restore(List<SignedStatement> missing) {
        for (SignedStatement each : missing) {
            session.request(id -> new ToOffice.ChainAppend(id, each), OfficeSession.Answer.IGNORED);
        }
    }

    private void append(int deed, Linking.Extended extended) {
        session.request(id -> new ToOffice.ChainAppend(id, extended.statement()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                listener.grown(extended.chain());
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
