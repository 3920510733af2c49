package org.whodis.office.testkit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * A TLS connection of the JDK (classical X25519) over which a test says exactly the bytes that it wants to say. It believes
 * every certificate: what an office shows is checked against its descriptor.
 */
public final class RawTls implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;

    public RawTls(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    /** @param receiveBuffer what the operating system is to hold that was not read, in bytes; 0 for its own choice */
    public RawTls(InetSocketAddress address, int receiveBuffer) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            socket = (SSLSocket) context.getSocketFactory().createSocket();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(address, PATIENCE_MILLIS);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public Bytes tlsSpkiSha256() throws IOException {
        byte[] spki =
                socket.getSession().getPeerCertificates()[0].getPublicKey().getEncoded();
        return new JdkPrimitives().hash(HashAlgorithm.SHA256, Bytes.of(spki));
    }

    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** An answer to an HTTP request. */
    public record Answer(int status, List<String> headers, Bytes body) {
        public boolean hasHeader(String start) {
            return headers.stream().anyMatch(header -> header.regionMatches(true, 0, start, 0, start.length()));
        }
    }

    public Answer get(String path) throws IOException {
        write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return readAnswer();
    }

    public Answer post(String path, Bytes body) throws IOException {
        write("POST " + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                + body.length() + "\r\n\r\n");
        write(body.toArray());
        return readAnswer();
    }

    public Answer readAnswer() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        List<String> headers = new ArrayList<>();
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            headers.add(header);
            if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).trim());
            }
        }
        return new Answer(status, headers, Bytes.of(in.readNBytes(length)));
    }

    /** Upgrades to a WebSocket of the given subprotocol. */
    public Answer upgrade(String path, String subprotocol) throws IOException {
        write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n");
        return readAnswer();
    }

    /** A masked WebSocket frame (RFC 6455 section 5.2); {@code opcode} with the FIN bit. */
    public void frame(int opcode, byte[] payload) throws IOException {
        write(frameBytes(opcode, payload));
    }

    public static byte[] frameBytes(int opcode, byte[] payload) {
        int extended = payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8;
        byte[] out = new byte[2 + extended + 4 + payload.length];
        out[0] = (byte) opcode;
        out[1] = (byte) (0x80 | (extended == 0 ? payload.length : extended == 2 ? 126 : 127));
        for (int i = 0; i < extended; i++) {
            out[2 + i] = (byte) ((long) payload.length >>> 8 * (extended - 1 - i));
        }
        // A mask of zeros is a mask.
        System.arraycopy(payload, 0, out, 2 + extended + 4, payload.length);
        return out;
    }

    /** The next frame of the server, which never masks: first its opcode with FIN, then its payload. */
    public record Frame(int opcode, Bytes payload) {
        public boolean isClose() {
            return opcode == 0x88;
        }

        public int closeCode() {
            return (payload.get(0) & 0xff) << 8 | payload.get(1) & 0xff;
        }
    }

    public Frame readFrame() throws IOException {
        int opcode = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException();
        }
        return new Frame(opcode, Bytes.of(payload));
    }

    /** Whether the other side ends the connection within {@code millis}; bytes that come before that are dropped. */
    public boolean isCutWithin(int millis) {
        try {
            socket.setSoTimeout(millis);
            int last;
            do {
                last = in.read();
            } while (last >= 0);
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Exactly so many bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection was ended");
        }
        return bytes;
    }

    public void setPatience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            return;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was ended");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
