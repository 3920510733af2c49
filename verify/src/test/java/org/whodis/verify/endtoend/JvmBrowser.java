package org.whodis.verify.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.phone.PhoneConfig;
import org.whodis.web.phone.BrowserPhone;
import org.whodis.web.phone.PhoneInput;
import org.whodis.web.phone.PhoneOutput;
import org.whodis.web.phone.Protection;

/**
 * The browser's phone where a debugger can see it: the same state machine and the same Bouncy Castle, with the JDK's WebSocket
 * in the place of the browser's and an array in the place of its store. It has no sound: it takes its place in the relay's room
 * and is silent there.
 */
final class JvmBrowser implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BcPrimitives PRIMITIVES = new BcPrimitives();
    private static final RandomBytes RANDOM = PhoneConfig.systemRandom();
    private static final HttpClient CLIENT = client();

    /** What lives longer than a page. */
    static final class Disk {
        volatile Bytes record = Bytes.EMPTY;
        /** Writes are kept back until this is false again. */
        volatile boolean isSlow;

        volatile boolean isFull;
    }

    final List<PhoneOutput> outputs = new CopyOnWriteArrayList<>();

    private final URI office;
    private final Disk disk;
    private final BrowserPhone phone;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("page").factory());
    private final Map<Integer, WebSocket> sockets = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<PhoneOutput.Done>> deeds = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<?>> sending = new HashMap<>();
    private final List<PhoneOutput.Store> waiting = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    private int lastDeed;
    private volatile JsonNode snapshot = JSON.createObjectNode();
    private volatile boolean closed;

    JvmBrowser(Office office, Disk disk) throws Exception {
        this.office = office.httpsUri();
        this.disk = disk;
        this.phone = new BrowserPhone(PRIMITIVES, RANDOM, new OfficeDomain(office.domain()));
        give(new PhoneInput.Start(disk.record));
        await(now -> !now.path("stage").asText("starting").equals("starting"));
    }

    /** A new person at {@code office}, enrolled and online. */
    static JvmBrowser enrol(Office office, String name) throws Exception {
        JvmBrowser made = new JvmBrowser(office, new Disk());
        String link =
                office.invite(name, "Minister of Tests", Duration.ofMinutes(5)).link();
        made.begin(link);
        office.confirm(String.join(" ", made.words()));
        made.awaitOnline();
        return made;
    }

    /** Enrols as far as to words. */
    void begin(String link) throws Exception {
        PhoneOutput.Done done = deed(deed -> new PhoneInput.Enrol(deed, link, "Laptop", new Protection.BrowserKey()));
        if (done.problem() != null) {
            throw new AssertionError("not enrolled: " + done.problem());
        }
    }

    List<String> words() throws Exception {
        JsonNode words = await(now -> now.has("words")).get("words");
        List<String> out = new ArrayList<>();
        words.forEach(word -> out.add(word.asText()));
        return out;
    }

    void awaitOnline() throws Exception {
        await(now -> now.at("/connection/kind").asText().equals("online"));
    }

    /** Does something that is answered, and waits for the answer. */
    PhoneOutput.Done deed(Function<Integer, PhoneInput> make) throws Exception {
        int id;
        CompletableFuture<PhoneOutput.Done> done = new CompletableFuture<>();
        synchronized (deeds) {
            id = ++lastDeed;
            deeds.put(id, done);
        }
        give(make.apply(id));
        return done.get(120, TimeUnit.SECONDS);
    }

    JsonNode snapshot() {
        return snapshot;
    }

    JsonNode await(Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            JsonNode now = snapshot;
            if (condition.test(now)) {
                return now;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new TimeoutException("what was waited for did not happen: " + snapshot);
    }

    /** Waits for a person in the list and gives their id. */
    String person(String name) throws Exception {
        JsonNode people = await(now -> find(
                                now.path("people"),
                                each -> each.path("name").asText().equals(name))
                        != null)
                .get("people");
        return find(people, each -> each.path("name").asText().equals(name))
                .get("id")
                .asText();
    }

    JsonNode awaitCall(String id, String state) throws Exception {
        return find(
                await(now -> find(now.path("calls"), each -> is(each, id, state)) != null)
                        .path("calls"),
                each -> is(each, id, state));
    }

    /** Waits for a call in {@code state}, whichever it is. */
    JsonNode awaitCall(String state) throws Exception {
        Predicate<JsonNode> fits = each -> each.path("state").asText().equals(state);
        return find(await(now -> find(now.path("calls"), fits) != null).path("calls"), fits);
    }

    private static boolean is(JsonNode call, String id, String state) {
        return call.path("id").asText().equals(id)
                && call.path("state").asText().equals(state);
    }

    static @Nullable JsonNode find(JsonNode list, Predicate<JsonNode> condition) {
        for (JsonNode each : list) {
            if (condition.test(each)) {
                return each;
            }
        }
        return null;
    }

    static CallId callId(String hex) {
        return new CallId(Bytes.fromHex(hex));
    }

    /** Cuts the connection, as a network does. */
    void cut() {
        sockets.forEach((connection, socket) -> {
            socket.abort();
            give(new PhoneInput.Closed(connection));
        });
    }

    /** What was held back is written now. */
    void diskIsFast() {
        disk.isSlow = false;
        thread.execute(() -> {
            List<PhoneOutput.Store> due = List.copyOf(waiting);
            waiting.clear();
            due.forEach(this::write);
        });
    }

    void give(PhoneInput input) {
        thread.execute(() -> {
            if (closed) {
                return;
            }
            phone.handle(input, System.currentTimeMillis());
            boolean changed = false;
            for (PhoneOutput output = phone.poll(); output != null; output = phone.poll()) {
                outputs.add(output);
                changed |= output instanceof PhoneOutput.Changed;
                carryOut(output);
            }
            if (changed) {
                draw();
            }
            arm();
        });
    }

    private void draw() {
        try {
            snapshot = JSON.readTree(phone.snapshot());
        } catch (Exception e) {
            throw new IllegalStateException("a snapshot that is no JSON: " + phone.snapshot(), e);
        }
    }

    private void arm() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        long at = phone.nextTimeout();
        if (at != BrowserPhone.NEVER) {
            timer = thread.schedule(
                    () -> give(new PhoneInput.Tick()),
                    Math.max(0, at - System.currentTimeMillis()),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void carryOut(PhoneOutput output) {
        switch (output) {
            case PhoneOutput.Connect(int connection) -> connect(connection);
            case PhoneOutput.Send(int connection, Bytes message) -> send(connection, message);
            case PhoneOutput.Disconnect(int connection) -> {
                WebSocket socket = sockets.remove(connection);
                if (socket != null) {
                    socket.abort();
                }
            }
            case PhoneOutput.Ask ask -> ask(ask);
            case PhoneOutput.Store store -> {
                if (disk.isSlow) {
                    waiting.add(store);
                } else {
                    write(store);
                }
            }
            case PhoneOutput.Erase() -> disk.record = Bytes.EMPTY;
            case PhoneOutput.Done done -> {
                CompletableFuture<PhoneOutput.Done> deed = deeds.remove(done.deed());
                if (deed != null) {
                    deed.complete(done);
                }
            }
            case PhoneOutput.OpenMedia(CallId call) ->
                give(new PhoneInput.MediaOffered(new MediaJoin(
                        call,
                        Bytes.of(RANDOM.next(4)).hex(),
                        Bytes.of(RANDOM.next(16)).hex(),
                        Bytes.of(RANDOM.next(32)))));
            case PhoneOutput.Changed _,
                    PhoneOutput.NeedPasskey _,
                    PhoneOutput.MediaPlace _,
                    PhoneOutput.InstallEpoch _,
                    PhoneOutput.CloseMedia _ -> {
                // Looked at by tests.
            }
        }
    }

    private void write(PhoneOutput.Store store) {
        if (disk.isFull) {
            give(new PhoneInput.StoreFailed());
        } else {
            disk.record = store.record();
            give(new PhoneInput.Stored(store.version()));
        }
    }

    private void connect(int connection) {
        var _ = CLIENT.newWebSocketBuilder()
                .subprotocols("whodis.1")
                .buildAsync(
                        URI.create(office.toString().replace("https:", "wss:") + "/v1/device"),
                        new Listening(connection))
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        give(new PhoneInput.Closed(connection));
                    }
                });
    }

    /** One after another: the JDK's socket takes a message only after the one before. */
    private void send(int connection, Bytes message) {
        WebSocket socket = sockets.get(connection);
        if (socket != null) {
            CompletableFuture<?> before = sending.getOrDefault(connection, CompletableFuture.completedFuture(null));
            sending.put(
                    connection,
                    before.handle((done, failure) -> null)
                            .thenCompose(nothing -> socket.sendBinary(ByteBuffer.wrap(message.toArray()), true)));
        }
    }

    private void ask(PhoneOutput.Ask ask) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(office + ask.path()));
        Bytes body = ask.body();
        if (body != null) {
            request.header("content-type", "application/octet-stream")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.toArray()));
        }
        var _ = CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                .whenComplete((response, failure) -> give(
                        failure == null
                                ? new PhoneInput.Answered(
                                        ask.request(), response.statusCode(), Bytes.of(response.body()))
                                : new PhoneInput.Answered(ask.request(), 0, Bytes.EMPTY)));
    }

    private final class Listening implements WebSocket.Listener {
        private final int connection;
        private WireBuffer partial = new WireBuffer();

        Listening(int connection) {
            this.connection = connection;
        }

        @Override
        public void onOpen(WebSocket socket) {
            sockets.put(connection, socket);
            give(new PhoneInput.Opened(connection));
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            partial.add(data);
            if (last) {
                give(new PhoneInput.Received(connection, partial.take()));
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            give(new PhoneInput.Closed(connection));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            give(new PhoneInput.Closed(connection));
        }
    }

    private static final class WireBuffer {
        private final List<Bytes> parts = new ArrayList<>();

        void add(ByteBuffer data) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            parts.add(Bytes.of(part));
        }

        Bytes take() {
            Bytes all = Bytes.concat(parts.toArray(new Bytes[0]));
            parts.clear();
            return all;
        }
    }

    /** As a tab is closed: without a word. */
    @Override
    public void close() {
        closed = true;
        Map<Integer, WebSocket> open = new LinkedHashMap<>(sockets);
        open.values().forEach(WebSocket::abort);
        thread.shutdownNow();
    }

    /** The certificates of these offices are their own; a person's browser is given one that it believes. */
    private static HttpClient client() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new Believing()}, new SecureRandom());
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(tls)
                    .build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Believing extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

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
