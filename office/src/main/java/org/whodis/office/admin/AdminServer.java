package org.whodis.office.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.whodis.office.Office;
import org.whodis.office.OfficeException;
import org.whodis.office.observe.EventLog;

/**
 * The office's end of the admin socket. Whoever can open it is the office's own user or root, by the modes of folder and
 * socket; nothing else is asked.
 */
public final class AdminServer implements AutoCloseable {
    private static final Duration STOP_DELAY = Duration.ofMillis(50);
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);

    private final Office office;
    private final EventLog log;
    private final Path path;
    private final ServerSocketChannel channel;
    private final Thread thread;

    private AdminServer(Office office, Path path, EventLog log, ServerSocketChannel channel) {
        this.office = office;
        this.log = log;
        this.path = path;
        this.channel = channel;
        this.thread = Thread.ofVirtual().name("office-admin").unstarted(this::accept);
    }

    /** Listens; what is left of an earlier office's socket is removed, since the folder's lock is ours. */
    public static AdminServer start(Office office, Path path, EventLog log) throws OfficeException {
        ServerSocketChannel channel = null;
        try {
            Files.deleteIfExists(path);
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            closeQuietly(channel);
            throw new OfficeException(
                    "The socket " + path + " for the command line cannot be made: " + e.getMessage()
                            + ". The path of the data folder may have at most about 90 characters.",
                    e);
        }
        AdminServer server = new AdminServer(office, path, log, channel);
        server.thread.start();
        return server;
    }

    @Override
    public void close() {
        closeQuietly(channel);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("admin.socket_left", "reason", e.getClass().getSimpleName());
        }
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                SocketChannel client = channel.accept();
                Thread.ofVirtual().name("office-admin-client").start(() -> serve(client));
            } catch (IOException e) {
                if (channel.isOpen()) {
                    // No file handle left, as under a flood: the operator must get in once it is over.
                    log.warn("admin.accept_failed", "reason", e.getClass().getSimpleName());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            String line = AdminLines.read(client);
            AdminRequest request = AdminJson.readRequest(line);
            AdminLines.write(client, request == null ? AdminJson.refused("This is no request.") : answer(request));
            if (request instanceof AdminRequest.Stop) {
                // After the answer is out; from a thread that does not belong to what is stopped.
                Thread.sleep(STOP_DELAY);
                office.requestStop();
            }
        } catch (IOException e) {
            log.warn("admin.client_failed", "reason", e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String answer(AdminRequest request) {
        try {
            return AdminJson.done(result(request));
        } catch (OfficeException e) {
            return AdminJson.refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("admin.failed", e);
            return AdminJson.refused("The office failed; its log says why.");
        }
    }

    private JsonNode result(AdminRequest request) throws OfficeException {
        return switch (request) {
            case AdminRequest.Invite it ->
                AdminJson.invitation(office.invite(it.name(), it.title(), Duration.ofMillis(it.lifetimeMillis())));
            case AdminRequest.Pending _ -> AdminJson.pending(office.pendingEnrolments());
            case AdminRequest.Principals _ -> AdminJson.principals(office.principals());
            case AdminRequest.Confirm it -> AdminJson.principal(office.confirm(it.words()));
            case AdminRequest.Refuse it -> {
                office.refuse(it.words());
                yield AdminJson.nothing();
            }
            case AdminRequest.Desk _ -> AdminJson.principals(office.desk());
            case AdminRequest.DeskAdd it -> AdminJson.principal(office.deskAdd(it.who()));
            case AdminRequest.DeskRemove it -> AdminJson.principal(office.deskRemove(it.who()));
            case AdminRequest.Peers _ -> AdminJson.peers(office.admitsListedPeersOnly(), office.peerOffices());
            case AdminRequest.PeerRule it -> {
                office.admitPeer(it.domain(), it.allowed());
                yield AdminJson.nothing();
            }
            case AdminRequest.PeerMode it -> {
                office.admitListedPeersOnly(it.listedOnly());
                yield AdminJson.nothing();
            }
            case AdminRequest.PeerWords it -> AdminJson.peer(office.meetPeer(it.domain()));
            case AdminRequest.PeerCompare it -> AdminJson.peer(office.comparePeer(it.domain(), it.words()));
            case AdminRequest.PeerForget it -> {
                office.forgetPeer(it.domain());
                yield AdminJson.nothing();
            }
            case AdminRequest.Keys _ -> AdminJson.keys(office.keys());
            case AdminRequest.RotateKey it ->
                AdminJson.keys(office.rotateKey(path(it.recoveryKey()), path(it.newRecoveryKey())));
            case AdminRequest.Status _ -> AdminJson.status(office.status());
            case AdminRequest.RestartSignalling _ -> {
                office.restartSignalling();
                yield AdminJson.nothing();
            }
            case AdminRequest.RestartRelay _ -> {
                office.restartRelay();
                yield AdminJson.nothing();
            }
            case AdminRequest.Stop _ -> AdminJson.nothing();
        };
    }

    private static @Nullable Path path(String text) {
        return text.isEmpty() ? null : Path.of(text);
    }

    private static void closeQuietly(@Nullable ServerSocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is not used any more either way.
                return;
            }
        }
    }
}
