package org.whodis.office.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.office.EnrolledPrincipal;
import org.whodis.office.IssuedInvitation;
import org.whodis.office.OfficeKeyStatus;
import org.whodis.office.OfficeStatus;
import org.whodis.office.PeerOffice;
import org.whodis.office.PendingEnrolment;

/** The JSON of the admin socket, which is also what {@code --json} prints. Times are ISO 8601, ids hexadecimal. */
public final class AdminJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AdminJson() {}

    static String request(AdminRequest request) {
        ObjectNode out = MAPPER.createObjectNode();
        switch (request) {
            case AdminRequest.Invite it ->
                out.put("command", "invite")
                        .put("name", it.name())
                        .put("title", it.title())
                        .put("lifetimeMillis", it.lifetimeMillis());
            case AdminRequest.Pending _ -> out.put("command", "pending");
            case AdminRequest.Principals _ -> out.put("command", "principals");
            case AdminRequest.Confirm it -> out.put("command", "confirm").put("words", it.words());
            case AdminRequest.Refuse it -> out.put("command", "refuse").put("words", it.words());
            case AdminRequest.Desk _ -> out.put("command", "desk");
            case AdminRequest.DeskAdd it -> out.put("command", "desk-add").put("who", it.who());
            case AdminRequest.DeskRemove it -> out.put("command", "desk-remove").put("who", it.who());
            case AdminRequest.Peers _ -> out.put("command", "peers");
            case AdminRequest.PeerRule it ->
                out.put("command", "peer-rule").put("domain", it.domain()).put("allowed", it.allowed());
            case AdminRequest.PeerMode it -> out.put("command", "peer-mode").put("listedOnly", it.listedOnly());
            case AdminRequest.PeerWords it -> out.put("command", "peer-words").put("domain", it.domain());
            case AdminRequest.PeerCompare it ->
                out.put("command", "peer-compare").put("domain", it.domain()).put("words", it.words());
            case AdminRequest.PeerForget it -> out.put("command", "peer-forget").put("domain", it.domain());
            case AdminRequest.Keys _ -> out.put("command", "keys");
            case AdminRequest.RotateKey it ->
                out.put("command", "rotate-key")
                        .put("recoveryKey", it.recoveryKey())
                        .put("newRecoveryKey", it.newRecoveryKey());
            case AdminRequest.Status _ -> out.put("command", "status");
            case AdminRequest.RestartSignalling _ -> out.put("command", "restart-signalling");
            case AdminRequest.RestartRelay _ -> out.put("command", "restart-relay");
            case AdminRequest.Stop _ -> out.put("command", "stop");
        }
        return write(out);
    }

    /** Null if the line is no request. */
    static @Nullable AdminRequest readRequest(String line) {
        JsonNode in = read(line);
        if (in == null) {
            return null;
        }
        return switch (in.path("command").asText()) {
            case "invite" ->
                new AdminRequest.Invite(
                        in.path("name").asText(),
                        in.path("title").asText(),
                        in.path("lifetimeMillis").asLong());
            case "pending" -> new AdminRequest.Pending();
            case "principals" -> new AdminRequest.Principals();
            case "confirm" -> new AdminRequest.Confirm(in.path("words").asText());
            case "refuse" -> new AdminRequest.Refuse(in.path("words").asText());
            case "desk" -> new AdminRequest.Desk();
            case "desk-add" -> new AdminRequest.DeskAdd(in.path("who").asText());
            case "desk-remove" -> new AdminRequest.DeskRemove(in.path("who").asText());
            case "peers" -> new AdminRequest.Peers();
            case "peer-rule" ->
                new AdminRequest.PeerRule(
                        in.path("domain").asText(), in.path("allowed").asBoolean());
            case "peer-mode" -> new AdminRequest.PeerMode(in.path("listedOnly").asBoolean());
            case "peer-words" -> new AdminRequest.PeerWords(in.path("domain").asText());
            case "peer-compare" ->
                new AdminRequest.PeerCompare(
                        in.path("domain").asText(), in.path("words").asText());
            case "peer-forget" -> new AdminRequest.PeerForget(in.path("domain").asText());
            case "keys" -> new AdminRequest.Keys();
            case "rotate-key" ->
                new AdminRequest.RotateKey(
                        in.path("recoveryKey").asText(),
                        in.path("newRecoveryKey").asText());
            case "status" -> new AdminRequest.Status();
            case "restart-signalling" -> new AdminRequest.RestartSignalling();
            case "restart-relay" -> new AdminRequest.RestartRelay();
            case "stop" -> new AdminRequest.Stop();
            default -> null;
        };
    }

    static String refused(String message) {
        return write(MAPPER.createObjectNode().put("ok", false).put("error", message));
    }

    static String done(JsonNode result) {
        return write(MAPPER.createObjectNode().put("ok", true).set("result", result));
    }

    static JsonNode nothing() {
        return MAPPER.createObjectNode();
    }

    static JsonNode invitation(IssuedInvitation it) {
        return MAPPER.createObjectNode()
                .put("link", it.link())
                .put("name", it.name())
                .put("title", it.title())
                .put("expiresAt", it.expiresAt().toString());
    }

    static JsonNode pending(List<PendingEnrolment> all) {
        ArrayNode out = MAPPER.createArrayNode();
        for (PendingEnrolment it : all) {
            out.addObject()
                    .put("name", it.name())
                    .put("title", it.title())
                    .put("words", String.join(" ", it.words()))
                    .put("since", it.since().toString())
                    .put("until", it.until().toString());
        }
        return out;
    }

    static JsonNode principals(List<EnrolledPrincipal> all) {
        ArrayNode out = MAPPER.createArrayNode();
        all.forEach(it -> out.add(principal(it)));
        return out;
    }

    static JsonNode principal(EnrolledPrincipal it) {
        ObjectNode out = MAPPER.createObjectNode()
                .put("id", it.id())
                .put("name", it.name())
                .put("title", it.title())
                .put("enrolledAt", it.enrolledAt().toString())
                .put("online", it.online());
        it.devices().forEach(out.putArray("devices")::add);
        return out;
    }

    static JsonNode peers(boolean listedOnly, List<PeerOffice> all) {
        ObjectNode out = MAPPER.createObjectNode().put("mode", listedOnly ? "list" : "all");
        ArrayNode offices = out.putArray("offices");
        all.forEach(it -> offices.add(peer(it)));
        return out;
    }

    static JsonNode peer(PeerOffice it) {
        ObjectNode out = MAPPER.createObjectNode()
                .put("domain", it.domain())
                .put("officeKey", it.officeKey())
                .put("words", String.join(" ", it.words()))
                .put(
                        "comparedAt",
                        it.comparedAt() == null ? null : it.comparedAt().toString())
                .put("rule", it.rule())
                .put("connected", it.isConnected())
                .put("alarm", it.isAlarm());
        if (it.heldKey() != null) {
            out.put("heldKey", it.heldKey())
                    .put(
                            "heldUntil",
                            it.heldUntil() == null ? null : it.heldUntil().toString())
                    .put("heldWords", String.join(" ", it.heldWords()));
        }
        return out;
    }

    static JsonNode keys(OfficeKeyStatus it) {
        return MAPPER.createObjectNode()
                .put("domain", it.domain())
                .put("officeKey", it.officeKey())
                .put("recoveryKey", it.recoveryKey())
                .put("rotations", it.rotations())
                .put("words", String.join(" ", it.words()));
    }

    static JsonNode status(OfficeStatus it) {
        return MAPPER.createObjectNode()
                .put("domain", it.domain())
                .put("officeKey", it.officeKey())
                .put("tlsSpkiSha256", it.tlsSpkiSha256())
                .put("selfMadeCertificate", it.selfMadeCertificate())
                .put("postQuantumTls", it.postQuantumTls())
                .put("https", it.https())
                .put("udp", it.udp())
                .put("startedAt", it.startedAt().toString())
                .put("principals", it.principals())
                .put("pendingEnrolments", it.pendingEnrolments())
                .put("sessions", it.sessions())
                .put("callsOpen", it.callsOpen())
                .put("mediaRooms", it.mediaRooms());
    }

    static @Nullable JsonNode read(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** One line. */
    public static String write(JsonNode node) {
        return node.toString();
    }
}
