package org.whodis.office.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.wire.Bytes;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.testkit.TestDevice;

/** Who has not proved itself: cut if it came, not read any further if it was called. */
class StrangerBudgetTest {
    private static final int BUDGET = 10;

    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    /** Reads that got as far as the socket. */
    private final AtomicInteger reads = new AtomicInteger();

    private EmbeddedChannel channel(boolean isCalled) {
        EmbeddedChannel channel = new EmbeddedChannel(
                new ChannelDuplexHandler() {
                    @Override
                    public void read(ChannelHandlerContext context) {
                        reads.incrementAndGet();
                        context.read();
                    }
                },
                new StrangerBudget(BUDGET, isCalled, cuts::incrementAndGet, held::incrementAndGet));
        return channel;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String decoded(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.append(next.toString(StandardCharsets.US_ASCII));
            next.release();
        }
        return all.toString();
    }

    @Test
    void whoeverCameIsCutAtTheFirstByteTooMany() {
        EmbeddedChannel channel = channel(false);
        channel.writeInbound(bytes("0123456789"));
        assertThat(cuts).hasValue(0);
        ByteBuf tooMuch = bytes("a");
        channel.writeInbound(tooMuch);
        assertThat(cuts).hasValue(1);
        assertThat(tooMuch.refCnt()).isZero();
        assertThat(decoded(channel)).isEqualTo("0123456789");
        assertThat(held).hasValue(0);
    }

    @Test
    void whoeverWasCalledIsNotReadAnyFurtherAndGoesOnInOrderOnceItHasProvedItself() {
        EmbeddedChannel channel = channel(true);
        // Drop by drop, as records of one byte come out of TLS.
        for (char each : "01234567".toCharArray()) {
            channel.writeInbound(bytes("" + each));
        }
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(bytes("89abc"));
        assertThat(channel.config().isAutoRead()).isFalse();
        reads.set(0);
        // What one read had brought already; also what would fit the budget waits its turn.
        channel.writeInbound(bytes("d"), bytes("e"));
        assertThat(decoded(channel)).isEqualTo("0123456789");
        // A decoder with half a message asks for more.
        channel.read();
        assertThat(reads).hasValue(0);
        assertThat(cuts).hasValue(0);
        assertThat(held).hasValue(1);

        channel.pipeline().remove(StrangerBudget.class);
        assertThat(decoded(channel)).isEqualTo("abcde");
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(bytes("f"));
        assertThat(decoded(channel)).isEqualTo("f");
    }

    @Test
    void aProofThatCameInOneReadWithAllThatWaitsBehindItIsDecoded() {
        EmbeddedChannel channel = channel(true);
        ByteBuf together = bytes("proof56789and all that waits");
        channel.writeInbound(together);
        // Were the proof held with the rest, nothing could ever prove that it may be let go.
        assertThat(decoded(channel)).isEqualTo("proof56789");
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(held).hasValue(1);
        assertThat(cuts).hasValue(0);

        channel.pipeline().remove(StrangerBudget.class);
        assertThat(decoded(channel)).isEqualTo("and all that waits");
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(together.refCnt()).isZero();
    }

    @Test
    void aProofThatIsVerifiedWhileItIsDecodedLosesNothingOfWhatIsBehindIt() {
        StringBuilder heard = new StringBuilder();
        EmbeddedChannel channel = channel(true);
        channel.pipeline().addLast(new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                heard.append(bytes.toString(StandardCharsets.US_ASCII));
                bytes.release();
                if (context.pipeline().get(StrangerBudget.class) != null) {
                    context.pipeline().remove(StrangerBudget.class);
                }
            }
        });
        channel.writeInbound(bytes("0123456789abc"));
        channel.writeInbound(bytes("d"));
        assertThat(heard).hasToString("0123456789abcd");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void whatIsHeldIsBoundedHoweverItCame() {
        EmbeddedChannel channel = channel(true);
        channel.writeInbound(bytes("0123456789"));
        // Buffers with room for much more than the byte that they have.
        for (int i = 0; i < StrangerBudget.MAX_HELD; i++) {
            ByteBuf roomy = Unpooled.buffer(16).writeByte('x');
            channel.writeInbound(roomy);
            assertThat(roomy.refCnt()).isZero();
        }
        assertThat(cuts).hasValue(0);
        channel.writeInbound(bytes("y"));
        assertThat(cuts).hasValue(1);
        assertThat(decoded(channel)).isEqualTo("0123456789");
    }

    @Test
    void whatWasHeldOfWhoeverNeverProvedItselfIsGoneWithTheConnection() {
        EmbeddedChannel channel = channel(true);
        ByteBuf message = bytes("0123456789abc");
        channel.writeInbound(message);
        channel.close().syncUninterruptibly();
        assertThat(decoded(channel)).isEqualTo("0123456789");
        assertThat(message.refCnt()).isZero();
    }

    // Over real sockets.

    private static final int MESSAGE = 4 * 1024;
    private static final int MESSAGES = 256;
    private static final String PATH = "/v1/test";

    /** Sees when reading ends, and why connections do. */
    private static final class Seen {
        final CountDownLatch held = new CountDownLatch(1);
        final List<Object> refused = Collections.synchronizedList(new ArrayList<>());
        final HttpObserver observer = (HttpObserver) Proxy.newProxyInstance(
                HttpObserver.class.getClassLoader(), new Class<?>[] {HttpObserver.class}, (_, method, arguments) -> {
                    switch (method.getName()) {
                        case "strangerHeld" -> held.countDown();
                        case "refused" -> refused.add(arguments[0]);
                        default -> {
                            // Nothing that matters here.
                        }
                    }
                    return null;
                });
    }

    /** Whoever is called says all it has at once, the first of which would be its proof. */
    private static HttpsServer talkative(Path folder) throws Exception {
        try (DataFolder data = DataFolder.open(folder)) {
            TlsIdentity tls = new Certificates(data, TestDevice.PRIMITIVES).selfMade("localhost", Instant.now());
            HttpsServer server = HttpsServer.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    tls,
                    HttpLimits.DEFAULT,
                    new OfficeMetrics(new EventLog()));
            server.serve(Routes.of(
                    List.of(),
                    List.of(),
                    List.of(new SocketRoute(PATH, "test", true, HttpLimits.DEFAULT.forOffices(), socket -> {
                        socket.proven();
                        for (int i = 0; i < MESSAGES; i++) {
                            byte[] message = new byte[MESSAGE];
                            message[0] = (byte) i;
                            socket.send(Bytes.of(message));
                        }
                        return new Heard(_ -> {});
                    })),
                    false));
            return server;
        }
    }

    private interface Hears {
        void message(Bytes message) throws InterruptedException;
    }

    private record Heard(Hears hears, CompletableFuture<Void> ended) implements MessageSocket.Listener {
        Heard(Hears hears) {
            this(hears, new CompletableFuture<>());
        }

        @Override
        public void message(Bytes message) throws InterruptedException {
            hears.message(message);
        }

        @Override
        public void writable() {}

        @Override
        public void closed() {
            ended.complete(null);
        }
    }

    @Test
    @Timeout(120)
    void aMegabyteBehindTheProofIsReadOnceASlowVerifierIsDone(@TempDir Path folder) throws Exception {
        Seen seen = new Seen();
        List<Integer> came = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(MESSAGES);
        try (HttpsServer server = talkative(folder);
                SocketClient client = new SocketClient(HttpLimits.DEFAULT.forOffices(), seen.observer)) {
            client.open(
                            server.address(),
                            "localhost",
                            PATH,
                            "test",
                            (socket, _) -> new Heard(message -> {
                                if (came.isEmpty()) {
                                    // Verifying takes until more has come than a stranger may say.
                                    seen.held.await();
                                    socket.proven();
                                }
                                came.add(message.get(0) & 0xff);
                                all.countDown();
                            }))
                    .get(60, TimeUnit.SECONDS);
            all.await();
        }
        assertThat(seen.refused).isEmpty();
        assertThat(came)
                .containsExactlyElementsOf(IntStream.range(0, MESSAGES).boxed().toList());
    }

    @Test
    @Timeout(120)
    void whoeverIsCalledAndProvesNothingIsEndedByTheDeadlineHavingBeenHeardNoFurtherThanItsBudget(@TempDir Path folder)
            throws Exception {
        Seen seen = new Seen();
        Duration patience = Duration.ofMillis(1_500);
        HttpLimits usual = HttpLimits.DEFAULT.forOffices();
        HttpLimits limits = usual.withTimeouts(
                usual.handshake(), usual.request(), patience, usual.messageIdle(), usual.unwritable());
        AtomicInteger came = new AtomicInteger();
        // Each is dealt with at once: that its queue has run dry lets nobody read on.
        Heard heard = new Heard(_ -> came.incrementAndGet());
        try (HttpsServer server = talkative(folder);
                SocketClient client = new SocketClient(limits, seen.observer)) {
            long begun = System.nanoTime();
            client.open(server.address(), "localhost", PATH, "test", (_, _) -> heard)
                    .get(60, TimeUnit.SECONDS);
            heard.ended().get(60, TimeUnit.SECONDS);
            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(patience.toNanos());
        }
        assertThat(seen.held.getCount()).isZero();
        assertThat(seen.refused).containsExactly(HttpObserver.Refusal.UNPROVEN);
        assertThat(came.get()).isLessThanOrEqualTo(limits.unprovenBytes() / MESSAGE);
    }
}
