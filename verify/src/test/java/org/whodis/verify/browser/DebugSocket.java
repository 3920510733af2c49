package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Commands and answers in JSON over a WebSocket, matched by {@code id}: what the Chrome DevTools protocol and WebDriver BiDi
 * have in common. Events are kept by their session and method, the first of each that nobody has waited for.
 */
final class DebugSocket implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Golden vectors with everything in them, on a busy machine. */
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<JsonNode>> events = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private final WebSocket socket;

    DebugSocket(String address) {
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(address), new Listener())
                .join();
    }

    /** What the browser answers to {@code method}; an error that it answers is a failure of the test. */
    JsonNode call(@Nullable String sessionId, String method, ObjectNode parameters) throws Exception {
        int id = lastId.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (sessionId != null) {
            message.put("sessionId", sessionId);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText(message.toString(), true).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        JsonNode result = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        if (result.has("error")) {
            throw new IOException(method + ": " + result);
        }
        return result.get("result");
    }

    /** Forgets an event of a session that came before. */
    void forget(String sessionId, String event) {
        events.put(sessionId + event, new CompletableFuture<>());
    }

    /** Waits for an event of a session, from the last {@link #forget} on. */
    void await(String sessionId, String event) throws Exception {
        events.computeIfAbsent(sessionId + event, _ -> new CompletableFuture<>())
                .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                try {
                    take(JSON.readTree(whole));
                } catch (IOException e) {
                    fail(e);
                }
            }
            from.request(1);
            return null;
        }

        private void take(JsonNode message) {
            if (message.hasNonNull("id")) {
                CompletableFuture<JsonNode> answer =
                        waiting.remove(message.get("id").asInt());
                if (answer != null) {
                    answer.complete(message);
                }
            } else {
                String event = message.path("sessionId").asText()
                        + message.path("method").asText();
                events.computeIfAbsent(event, _ -> new CompletableFuture<>()).complete(message);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            fail(new IOException("the browser closed the connection: " + status + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            fail(failure);
        }

        private void fail(Throwable failure) {
            waiting.values().forEach(answer -> answer.completeExceptionally(failure));
            events.values().forEach(event -> event.completeExceptionally(failure));
        }
    }
}
