package org.whodis.media.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;
import org.whodis.media.TestRandom;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.ice.IceLiteAgent;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.stun.StunMessage;

/** The client before there are keys; with them it is tested against a real relay, in the module of the relay. */
class MediaClientTest {
    private static final long SECONDS = 1_000_000_000;
    private static final InetSocketAddress RELAY = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.254"), 5000);
    private static final InetSocketAddress PHONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress EVE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.66"), 5000);

    private final RandomBytes random = TestRandom.seeded(1);
    private final IceCredentials credentials = IceCredentials.generate(random);
    private final IceLiteAgent relay = new IceLiteAgent(credentials, "phone");
    private final DtlsIdentity identity = DtlsIdentity.generate(random);
    private final MediaClient client = new MediaClient(
            new MediaClientConfig(RELAY, credentials, identity.fingerprint(), "phone", 7, 160),
            identity,
            random,
            () -> {});
    private final List<MediaEvent> events = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private long timeoutAt;

    @AfterEach
    void close() {
        client.close();
    }

    private void drain() {
        while (true) {
            switch (client.poll()) {
                case MediaOutput.Transmit(Datagram datagram) -> sent.add(datagram.bytes());
                case MediaOutput.Event(MediaEvent event) -> events.add(event);
                case MediaOutput.Timeout(long atNanos) -> {
                    timeoutAt = atNanos;
                    return;
                }
            }
        }
    }

    /** Answers the last check as a relay would that knows no DTLS. */
    private void answerLastCheck(long now) throws Exception {
        StunMessage check = StunMessage.decode(sent.reversed().stream()
                .filter(datagram -> PacketKind.of(datagram) == PacketKind.STUN)
                .findFirst()
                .orElseThrow());
        byte[] answer = switch (relay.handle(check, PHONE)) {
            case IceLiteAgent.Verdict.Validated validated ->
                validated.response().bytes();
            case IceLiteAgent.Verdict.Answered answered -> answered.response().bytes();
            case IceLiteAgent.Verdict.Replayed _, IceLiteAgent.Verdict.Unauthenticated _ ->
                throw new AssertionError("a check that is not authentic");
        };
        client.handle(answer, RELAY, now);
        drain();
    }

    @Test
    void nothingIsSentBeforeTheStartAndNothingIsBelieved() {
        client.handle(new byte[100], RELAY, 0);
        client.handleTimeout(SECONDS);
        client.localAddressChanged(SECONDS);
        drain();
        assertThat(sent).isEmpty();
        assertThat(timeoutAt).isEqualTo(MediaOutput.Timeout.NEVER);
        assertThat(client.send(new byte[160], 0, 0)).isFalse();
    }

    @Test
    void aFrameOfAnotherLengthIsAFaultOfTheCaller() {
        assertThatThrownBy(() -> client.send(new byte[159], 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.send(new byte[161], 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noFrameIsSentBeforeThereAreKeys() throws Exception {
        client.start(0);
        drain();
        assertThat(client.send(new byte[160], 0, 0)).isFalse();
        answerLastCheck(1);
        assertThat(client.send(new byte[160], 0, 2)).isFalse();
        drain();
        assertThat(sent).noneMatch(datagram -> PacketKind.of(datagram) == PacketKind.RTP);
        assertThat(client.statistics().framesNotSent()).isEqualTo(2);
    }

    @Test
    void aRelayThatNeverAnswersIsUnreachableAfterTenSeconds() {
        client.start(0);
        for (drain(); timeoutAt != MediaOutput.Timeout.NEVER; drain()) {
            client.handleTimeout(timeoutAt);
        }
        assertThat(events).containsExactly(new MediaEvent.Failed(MediaFailure.RELAY_UNREACHABLE));
    }

    @Test
    void aRelayThatNeverShakesHandsIsGivenUpAfterTenSeconds() throws Exception {
        client.start(0);
        drain();
        answerLastCheck(SECONDS);
        while (events.isEmpty()) {
            client.handleTimeout(timeoutAt);
            drain();
            if (sent.size() < 100) {
                answerLastCheck(timeoutAt);
            }
        }
        assertThat(events).containsExactly(new MediaEvent.Failed(MediaFailure.HANDSHAKE_TIMEOUT));
        sent.clear();
        client.handleTimeout(Long.MAX_VALUE - 1);
        drain();
        assertThat(sent).isEmpty();
    }

    @Test
    void whatComesFromElsewhereOrTooEarlyIsCountedAndDropped() {
        client.start(0);
        client.handle(new byte[100], EVE, 1);
        client.handle(new byte[Datagram.MAX_RECEIVED + 1], RELAY, 1);
        client.handle(new byte[] {127, 0, 0}, RELAY, 1);
        client.handle(new byte[20], RELAY, 1);
        byte[] rtp = new byte[200];
        new RtpHeader(false, 111, 1, 2, 3).encode(rtp);
        client.handle(rtp, RELAY, 1);
        byte[] dtls = new byte[50];
        dtls[0] = 22;
        client.handle(dtls, RELAY, 1);
        assertThat(client.statistics().dropped())
                .containsOnly(
                        java.util.Map.entry(MediaDrop.WRONG_SOURCE, 1L),
                        java.util.Map.entry(MediaDrop.NOT_MEDIA, 2L),
                        java.util.Map.entry(MediaDrop.STUN, 1L),
                        java.util.Map.entry(MediaDrop.TOO_EARLY, 1L),
                        java.util.Map.entry(MediaDrop.DTLS, 1L));
    }

    @Test
    void startingTwiceIsAFaultOfTheCaller() {
        client.start(0);
        assertThatThrownBy(() -> client.start(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onceClosedItSaysNothingMore() {
        client.start(0);
        drain();
        client.close();
        client.handleTimeout(SECONDS);
        client.handle(new byte[100], RELAY, SECONDS);
        sent.clear();
        drain();
        assertThat(sent).isEmpty();
        assertThat(events).isEmpty();
        assertThat(timeoutAt).isEqualTo(MediaOutput.Timeout.NEVER);
    }

    @Test
    void addressesThatMustBeLookedUpAreRefused() {
        assertThatThrownBy(() -> new MediaClientConfig(
                        InetSocketAddress.createUnresolved("relay.example", 5000),
                        credentials,
                        identity.fingerprint(),
                        "phone",
                        7,
                        160))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
