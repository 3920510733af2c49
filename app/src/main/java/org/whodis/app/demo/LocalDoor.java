package org.whodis.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.whodis.app.tls.AnyCertificate;

/**
 * A port on the loopback interface at which browsers of this machine reach an office whose certificate no browser knows.
 * Browsers trust a page of {@code http://localhost} as they trust one with a certificate, since it does not leave the machine;
 * so nobody has to click a warning away, or learns to. What comes with TLS, as from a Java phone, is passed on as it is;
 * anything else is put into TLS on the way to the office.
 */
final class LocalDoor implements AutoCloseable {
    /** The first byte of a TLS connection: a record of the type handshake (RFC 8446 section 5.1). */
    private static final int HANDSHAKE = 22;

    private static final int BUFFER = 16 * 1024;

    /** Two browsers keep some ten connections open; a page that opens more than this is not ours. */
    private static final int MOST_CONNECTIONS = 64;

    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress office;

    private LocalDoor(ServerSocket door) {
        this.door = door;
        this.office = (InetSocketAddress) door.getLocalSocketAddress();
    }

    /** Takes a free port; nobody is let in before {@link #leadTo}. */
    static LocalDoor open() throws IOException {
        return new LocalDoor(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
    }

    int port() {
        return door.getLocalPort();
    }

    void leadTo(InetSocketAddress where) {
        office = where;
        Thread.ofVirtual().name("local-door").start(this::letIn);
    }

    private void letIn() {
        while (!door.isClosed()) {
            try {
                Socket visitor = door.accept();
                if (open.size() >= 2 * MOST_CONNECTIONS) {
                    visitor.close();
                } else {
                    open.add(visitor);
                    Thread.ofVirtual().start(() -> lead(visitor));
                }
            } catch (IOException e) {
                // Closed, which the loop sees, or a visitor that was gone again.
            }
        }
    }

    private void lead(Socket visitor) {
        try (visitor) {
            PushbackInputStream in = new PushbackInputStream(visitor.getInputStream());
            int first = in.read();
            if (first < 0) {
                return;
            }
            in.unread(first);
            try (Socket inside =
                    first == HANDSHAKE ? new Socket() : tls().getSocketFactory().createSocket()) {
                open.add(inside);
                inside.connect(office);
                Thread back = Thread.ofVirtual().start(() -> pump(inside, visitor));
                copy(in, inside.getOutputStream());
                inside.shutdownOutput();
                back.join();
                open.remove(inside);
            }
        } catch (IOException | GeneralSecurityException e) {
            // One of the two went away; the other is closed with it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(visitor);
        }
    }

    private static void pump(Socket from, Socket to) {
        try (to) {
            copy(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // As above.
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            out.write(buffer, 0, length);
            out.flush();
        }
    }

    private static SSLContext tls() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
        return context;
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (SocketException e) {
                // It was closed already.
            }
        }
    }
}
