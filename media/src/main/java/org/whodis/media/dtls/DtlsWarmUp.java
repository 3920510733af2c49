package org.whodis.media.dtls;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.whodis.media.RandomBytes;

/** Runs handshakes in memory, so that the first call does not pay for class loading and cold code. */
public final class DtlsWarmUp {
    /** The first loads classes and is ten times slower than the rest; after a few the compiler has caught up. */
    private static final int ROUNDS = 4;

    private static final int PATIENCE_SECONDS = 5;

    private DtlsWarmUp() {}

    /** Runs a few handshakes with itself. Takes a few hundred milliseconds of one core the first time. Blocks. */
    public static void run(RandomBytes random) {
        DtlsIdentity client = DtlsIdentity.generate(random);
        DtlsIdentity server = DtlsIdentity.generate(random);
        for (int round = 0; round < ROUNDS; round++) {
            Semaphore woken = new Semaphore(0);
            try (DtlsSession passive = DtlsSession.server(server, client.fingerprint(), random, woken::release);
                    DtlsSession active = DtlsSession.client(client, server.fingerprint(), random, woken::release)) {
                while (isHandshaking(active) || isHandshaking(passive)) {
                    if (!woken.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        return;
                    }
                    carry(active, passive);
                    carry(passive, active);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean isHandshaking(DtlsSession session) {
        return session.state() instanceof DtlsState.Handshaking;
    }

    private static void carry(DtlsSession from, DtlsSession to) {
        for (byte[] datagram = from.poll(); datagram != null; datagram = from.poll()) {
            to.feed(datagram);
        }
    }
}
