package org.whodis.web.phone;

import java.util.List;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Directory;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** Asks the office for the people of {@link Directory}. */
final class People {
    private final Shell shell;
    private final OfficeSession session;
    private final Directory directory;
    private final Listener listener;

    interface Listener {
        /** This person's own chain has grown. */
        void grown(VerifiedChain own);

        /** Devices were taken out of the chain of somebody, here or elsewhere. */
        void revoked(VerifiedChain chain);

        /** The office has lost these of this person's chain. */
        void missing(List<SignedStatement> statements);
    }

    People(Shell shell, OfficeSession session, Directory directory, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.directory = directory;
        this.listener = listener;
    }

    /** Asks page by page; what was being read is read anew. */
    void read() {
        ask(directory.begin());
    }

    private void ask(Directory.Reading current) {
        session.request(id -> new ToOffice.Directory(id, current.last()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                try {
                    directory.page(current, body);
                } catch (DecodeException e) {
                    // What was known stays; the next session reads it again.
                    return;
                }
            }

            @Override
            public void refused(int code) {
                lost();
            }

            @Override
            public void lost() {
                directory.lost(current);
            }
        });
    }

    /** Does what {@link Directory#isBusy} asks for, a few chains of it. */
    void run() {
        Directory.Progress progress = directory.work();
        Directory.Reading next = directory.reading();
        if (progress == Directory.Progress.ASK && next != null) {
            ask(next);
        } else if (progress == Directory.Progress.FINISHED) {
            told();
        }
    }

    /** The list may be another one. */
    void told() {
        shell.changed();
        for (VerifiedChain shorter : directory.takeRevoked()) {
            listener.revoked(shorter);
        }
        List<SignedStatement> missing = directory.takeMissing();
        if (!missing.isEmpty()) {
            listener.missing(missing);
        }
        VerifiedChain grown = directory.takeGrown();
        if (grown != null) {
            listener.grown(grown);
        }
    }
}
