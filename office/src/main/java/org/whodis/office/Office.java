package org.whodis.office;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A running office. */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // signatures first, bodies next
public final class Office implements AutoCloseable {
    private Office() {}

    /** Starts an office; a data folder that is missing or empty becomes a new office's. */
    public static Office start(OfficeConfig config) throws OfficeException {
        throw new UnsupportedOperationException("lands next");
    }

    public String domain() {
        throw new UnsupportedOperationException("lands next");
    }

    /** {@code https://} and the address that it listens on. */
    public URI httpsUri() {
        throw new UnsupportedOperationException("lands next");
    }

    public InetSocketAddress httpsAddress() {
        throw new UnsupportedOperationException("lands next");
    }

    public InetSocketAddress udpAddress() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Invites one person; the link works once and until {@code lifetime} has passed. */
    public IssuedInvitation invite(String name, String title, Duration lifetime) throws OfficeException {
        throw new UnsupportedOperationException("lands next");
    }

    public List<PendingEnrolment> pendingEnrolments() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Signs the genesis of the pending enrolment that shows {@code words}, four of them with spaces between. */
    public EnrolledPrincipal confirm(String words) throws OfficeException {
        throw new UnsupportedOperationException("lands next");
    }

    /** Ends the pending enrolment that shows {@code words}. */
    public void refuse(String words) throws OfficeException {
        throw new UnsupportedOperationException("lands next");
    }

    public List<EnrolledPrincipal> principals() {
        throw new UnsupportedOperationException("lands next");
    }

    public OfficeStatus status() {
        throw new UnsupportedOperationException("lands next");
    }

    /** The metrics in Prometheus' text format. */
    public String metrics() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Ends every connection and listens again, with the certificate read anew; the relay and its calls go on. */
    public void restartSignalling() throws OfficeException {
        throw new UnsupportedOperationException("lands next");
    }

    /** Stops accepting, tells the devices, and returns when everything is on disk and closed. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("lands next");
    }
}
