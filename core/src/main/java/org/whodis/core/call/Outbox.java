package org.whodis.core.call;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;

/**
 * Envelopes for which the office has not answered. They are submitted when there is a session, and again, under the same
 * id, in every new one until the office has answered; the office applies an id once.
 */
final class Outbox {
    private final Environment env;
    private final Map<EnvelopeId, Envelope> pending = new LinkedHashMap<>();
    private final Set<EnvelopeId> submitted = new HashSet<>();
    private boolean sessionUp;

    Outbox(Environment env) {
        this.env = env;
    }

    void add(Envelope envelope) {
        if (pending.size() == Limits.MAX_PENDING) {
            withdraw(pending.keySet().iterator().next());
        }
        pending.put(envelope.id(), envelope);
        if (sessionUp) {
            submit(envelope);
        }
    }

    void sessionIsUp() {
        sessionUp = true;
        pending.values().removeIf(envelope -> envelope.deadline() < env.now());
        submitted.retainAll(pending.keySet());
        for (Envelope envelope : pending.values()) {
            submit(envelope);
        }
    }

    void sessionIsDown() {
        sessionUp = false;
    }

    /** The envelope that the office has answered for, or null if it was answered for before. */
    @Nullable
    Envelope answered(EnvelopeId id) {
        submitted.remove(id);
        return pending.remove(id);
    }

    /** Does not say {@code id} again. Whether the office may have heard it. */
    boolean withdraw(EnvelopeId id) {
        boolean waiting = pending.remove(id) != null;
        return submitted.remove(id) || !waiting;
    }

    List<Envelope> unanswered() {
        return List.copyOf(pending.values());
    }

    private void submit(Envelope envelope) {
        submitted.add(envelope.id());
        env.emit(new CallOutput.Submit(envelope));
    }
}
