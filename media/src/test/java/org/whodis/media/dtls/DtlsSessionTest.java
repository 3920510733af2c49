package org.whodis.media.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Random;
import java.util.Vector;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.Datagram;
import org.whodis.media.PublishedVectors;
import org.whodis.media.RandomBytes;
import org.whodis.media.TestRandom;

class DtlsSessionTest {
    private static final RandomBytes RANDOM = count -> {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    };
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate(RANDOM);
    private static final DtlsIdentity SERVER = DtlsIdentity.generate(RANDOM);

    private final Semaphore woken = new Semaphore(0);
    /** What was sent by each, in order, delivered or not. */
    private final List<byte[]> fromClient = new ArrayList<>();

    private final List<byte[]> fromServer = new ArrayList<>();

    @BeforeAll
    static void warmUp() {
        DtlsWarmUp.run(RANDOM);
    }

    private DtlsSession client() {
        return DtlsSession.client(CLIENT, SERVER.fingerprint(), RANDOM, woken::release);
    }

    private DtlsSession server() {
        return DtlsSession.server(SERVER, CLIENT.fingerprint(), RANDOM, woken::release);
    }

    /** Tells whether the {@code number}th datagram of a side is delivered. */
    private interface Network {
        boolean delivers(String sender, int number);

        static Network perfect() {
            return (sender, number) -> true;
        }
    }

    /** Carries datagrams until neither is handshaking. */
    private void run(DtlsSession client, DtlsSession server, Network network) throws Exception {
        while (isHandshaking(client) || isHandshaking(server)) {
            assertThat(woken.tryAcquire(15, TimeUnit.SECONDS))
                    .as("something happens")
                    .isTrue();
            carry("client", client, server, fromClient, network);
            carry("server", server, client, fromServer, network);
        }
    }

    private static boolean isHandshaking(DtlsSession session) {
        return session.state() instanceof DtlsState.Handshaking;
    }

    private static void carry(String sender, DtlsSession from, DtlsSession to, List<byte[]> sent, Network network) {
        for (byte[] datagram = from.poll(); datagram != null; datagram = from.poll()) {
            sent.add(datagram);
            if (network.delivers(sender, sent.size() - 1)) {
                to.feed(datagram);
            }
        }
    }

    private static void assertSameKeys(DtlsSession client, DtlsSession server) {
        assertThat(client.state()).isInstanceOf(DtlsState.Established.class);
        assertThat(server.state()).isInstanceOf(DtlsState.Established.class);
        DtlsResult ofClient = ((DtlsState.Established) client.state()).result();
        DtlsResult ofServer = ((DtlsState.Established) server.state()).result();
        assertThat(ofClient.sendKeys()).isEqualTo(ofServer.receiveKeys()).isNotEqualTo(ofClient.receiveKeys());
        assertThat(ofClient.receiveKeys()).isEqualTo(ofServer.sendKeys());
        assertThat(ofClient.peer()).isEqualTo(SERVER.fingerprint());
        assertThat(ofServer.peer()).isEqualTo(CLIENT.fingerprint());
    }

    private static void assertFailed(DtlsSession session, DtlsFailure reason) {
        assertThat(session.state()).isEqualTo(new DtlsState.Failed(reason));
    }

    /** Fills {@link #fromClient} and {@link #fromServer} with the datagrams of a handshake that succeeds. */
    private void record() throws Exception {
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            run(client, server, Network.perfect());
            assertSameKeys(client, server);
        }
    }

    @Test
    void bothSidesEndWithTheSameKeysAndEachOthersCertificate() throws Exception {
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            run(client, server, Network.perfect());
            assertSameKeys(client, server);
            assertThat(((DtlsState.Established) client.state()).result().cipherSuite())
                    .isEqualTo(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
        }
    }

    @Test
    void noDatagramIsLongerThanEveryPathCarries() throws Exception {
        record();
        assertThat(fromClient).allMatch(datagram -> datagram.length <= Datagram.MAX_SENT);
        assertThat(fromServer).allMatch(datagram -> datagram.length <= Datagram.MAX_SENT);
    }

    @Test
    void certificatesSayNothingThatTellsTheirOwnersApart() {
        byte[] one = DtlsIdentity.generate(RANDOM).certificate();
        byte[] other = DtlsIdentity.generate(RANDOM).certificate();
        assertThat(one).isNotEqualTo(other);
        String text = new String(one, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains("whodis", "200101000000Z", "491231000000Z");
    }

    @ParameterizedTest
    @CsvSource({"client,0", "client,1", "server,0", "server,1"})
    void aLostDatagramIsRepeated(String sender, int number) throws Exception {
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            run(client, server, (who, which) -> !(who.equals(sender) && which == number));
            assertSameKeys(client, server);
        }
    }

    @Test
    void theServerRepeatsItsLastFlightForAClientThatHasNotSeenIt() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            // What the server sends once it has keys is its last flight.
            run(
                    client,
                    server,
                    (who, _) -> !(who.equals("server") && !isHandshaking(server) && lost.getAndIncrement() < 1));
            assertThat(lost.get()).as("datagrams of last flights").isGreaterThan(1);
            assertSameKeys(client, server);
        }
    }

    @Test
    void aLossyNetworkDelaysAHandshakeAndDoesNotPreventIt() throws Exception {
        long seed = 5;
        Random random = new Random(seed);
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            run(client, server, (_, _) -> random.nextInt(100) >= 20);
            assertSameKeys(client, server);
        }
    }

    @Test
    void aServerWithAnotherCertificateIsRefused() throws Exception {
        try (DtlsSession client = DtlsSession.client(CLIENT, CLIENT.fingerprint(), RANDOM, woken::release);
                DtlsSession server = server()) {
            run(client, server, Network.perfect());
            assertFailed(client, DtlsFailure.WRONG_CERTIFICATE);
            assertFailed(server, DtlsFailure.REFUSED_BY_PEER);
        }
    }

    @Test
    void aClientWithAnotherCertificateIsRefused() throws Exception {
        try (DtlsSession client = client();
                DtlsSession server = DtlsSession.server(SERVER, SERVER.fingerprint(), RANDOM, woken::release)) {
            run(client, server, Network.perfect());
            assertFailed(server, DtlsFailure.WRONG_CERTIFICATE);
            assertFailed(client, DtlsFailure.REFUSED_BY_PEER);
        }
    }

    /** A client that differs from ours in what it offers. */
    private static class OtherClient extends SrtpTlsClient {
        private final int[] suites;
        private final int[] profiles;
        private final boolean extendedMasterSecret;
        private final int paddingLength;

        OtherClient(TlsPeerPolicy policy, int[] suites, int[] profiles, boolean extendedMasterSecret, int padding) {
            super(policy);
            this.suites = suites;
            this.profiles = profiles;
            this.extendedMasterSecret = extendedMasterSecret;
            this.paddingLength = padding;
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites;
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return extendedMasterSecret;
        }

        @Override
        public boolean requiresExtendedMasterSecret() {
            return extendedMasterSecret;
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // bctls predates generics and collections
        protected Vector getSupportedGroups(Vector namedGroupRoles) {
            return new Vector<>(
                    List.of(NamedGroup.X25519MLKEM768, NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1));
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // bctls predates generics and collections
        protected Vector getSupportedSignatureAlgorithms() {
            Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
            algorithms.add(TlsPeerPolicy.SIGNATURE);
            algorithms.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha256);
            return algorithms;
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // bctls predates generics and collections
        public Hashtable getClientExtensions() throws IOException {
            Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
            extensions.remove(TlsSRTPUtils.EXT_use_srtp);
            if (profiles.length > 0) {
                TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(profiles, new byte[0]));
            }
            if (paddingLength > 0) {
                extensions.put(21, new byte[paddingLength]);
            }
            return extensions;
        }
    }

    private DtlsSession otherClient(int[] suites, int[] profiles, boolean extendedMasterSecret, int padding) {
        TlsPeerPolicy policy =
                new TlsPeerPolicy(CLIENT, SERVER.fingerprint(), new BcTlsCrypto(new BorrowedRandom(RANDOM)));
        return DtlsSession.client(
                policy, new OtherClient(policy, suites, profiles, extendedMasterSecret, padding), woken::release);
    }

    private static final int[] CHROMIUM_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    };

    @Test
    void aClientThatOffersWhatChromiumDoesInAHelloOfTwoDatagramsIsServed() throws Exception {
        int[] profiles = {
            SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80,
            SRTPProtectionProfile.SRTP_AEAD_AES_256_GCM,
            SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM
        };
        try (DtlsSession client = otherClient(CHROMIUM_SUITES, profiles, true, 1200);
                DtlsSession server = server()) {
            run(client, server, Network.perfect());
            assertSameKeys(client, server);
            assertThat(ClientHelloFragment.of(fromClient.get(0))).isPresent();
            assertThat(ClientHelloFragment.of(fromClient.get(1))).isEmpty();
            assertThat(fromClient.get(1)[13]).as("the rest of the ClientHello").isEqualTo((byte) 1);
            assertThat(((DtlsState.Established) server.state()).result().cipherSuite())
                    .isEqualTo(CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"other profiles", "no use_srtp", "no extended master secret", "no ECDSA AEAD suite"})
    void aClientWithoutWhatWeInsistOnIsRefused(String lacking) throws Exception {
        int[] profiles = switch (lacking) {
            case "other profiles" ->
                new int[] {
                    SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80, SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM
                };
            case "no use_srtp" -> new int[0];
            default -> new int[] {SRTPProtectionProfile.SRTP_AEAD_AES_256_GCM};
        };
        int[] suites = lacking.equals("no ECDSA AEAD suite")
                ? new int[] {
                    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
                }
                : CHROMIUM_SUITES;
        try (DtlsSession client = otherClient(suites, profiles, !lacking.startsWith("no extended"), 0);
                DtlsSession server = server()) {
            run(client, server, Network.perfect());
            assertFailed(server, DtlsFailure.PROTOCOL);
            assertFailed(client, DtlsFailure.REFUSED_BY_PEER);
        }
    }

    @Test
    void closingEndsAHandshake() throws Exception {
        DtlsSession server = server();
        server.close();
        assertThat(woken.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        assertFailed(server, DtlsFailure.CLOSED);
        assertThat(server.feed(new byte[100])).isFalse();
    }

    @Test
    void noMoreIsKeptWaitingThanAFlight() {
        try (DtlsSession client = client()) {
            byte[] garbage = new byte[20];
            garbage[0] = 22;
            int taken = 0;
            for (int i = 0; i < 100_000; i++) {
                taken += client.feed(garbage) ? 1 : 0;
            }
            assertThat(taken).isLessThan(100_000);
            assertThat(client.feed(new byte[Datagram.MAX_RECEIVED + 1])).isFalse();
        }
    }

    @Test
    void garbageBeforeAndDuringAHandshakeIsDiscarded() throws Exception {
        long seed = 8;
        Random random = new Random(seed);
        try (DtlsSession client = client();
                DtlsSession server = server()) {
            run(client, server, (_, _) -> {
                byte[] garbage = new byte[13 + random.nextInt(60)];
                random.nextBytes(garbage);
                garbage[0] = (byte) (20 + random.nextInt(44));
                // Another version than DTLS 1.x: what looks like a record is a matter of the peer's behaviour.
                garbage[1] = 3;
                client.feed(garbage);
                server.feed(garbage);
                return true;
            });
            assertSameKeys(client, server);
        }
    }

    @Test
    void publishedSeedsAndMutatedFlightsEndInAStateAndNothingElse() throws Exception {
        long seed = 9;
        Random random = new Random(seed);
        List<byte[]> seeds = PublishedVectors.files("boringssl-vec", "https://github.com/google/boringssl");
        for (int i = 0; i < seeds.size(); i++) {
            byte[] stream = seeds.get(i);
            try (DtlsSession server = server();
                    DtlsSession client = client()) {
                for (int at = 0; at < Math.min(stream.length, 8 * 1200); at += 1200) {
                    byte[] datagram = Arrays.copyOfRange(stream, at, Math.min(stream.length, at + 1200));
                    feedPatiently(server, datagram);
                    feedPatiently(client, datagram);
                }
                awaitQuiet(server, seed);
                awaitQuiet(client, seed);
            }
        }
        record();
        List<byte[]> flights = new ArrayList<>(fromClient);
        for (int i = 0; i < 300; i++) {
            try (DtlsSession server = server()) {
                for (byte[] datagram : flights) {
                    feedPatiently(server, random.nextBoolean() ? datagram : TestRandom.mutate(datagram, random));
                }
                awaitQuiet(server, seed);
                assertThat(server.state()).as("seed " + seed).isNotInstanceOf(DtlsState.Established.class);
            }
        }
    }

    private static void feedPatiently(DtlsSession session, byte[] datagram) throws InterruptedException {
        awaitQuiet(session, 0);
        session.feed(datagram);
    }

    private static void awaitQuiet(DtlsSession session, long seed) throws InterruptedException {
        for (int i = 0; !session.isQuiet(); i++) {
            assertThat(i).as("seed %d: the handshake hangs", seed).isLessThan(100_000);
            Thread.sleep(0, 100_000);
        }
    }
}
