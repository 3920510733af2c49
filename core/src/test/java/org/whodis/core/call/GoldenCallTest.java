package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.identity.People;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Envelope;
import org.whodis.core.wire.Bytes;

/**
 * One whole call, byte for byte: what is said does not change by accident. After a change that is meant, take the new lines
 * from the failure. Another implementation of {@link org.whodis.core.crypto.Primitives} has to say the same.
 */
class GoldenCallTest {
    @Test
    void aWholeCallIsTheGoldenOne() throws IOException {
        World world = new World(Cast.PEOPLE, 1876);
        Node a = world.node(Cast.ANNA, 0);
        Node b1 = world.node(Cast.BERT, 0);
        Node b2 = world.node(Cast.BERT, 1);
        CallId call = a.dial(b1);
        world.settle();
        b2.give(new CallInput.UserAnswer(call));
        world.settle();
        StringBuilder lines = new StringBuilder();
        lines.append("words ")
                .append(String.join(" ", a.views.get(call).words()))
                .append('\n');
        lines.append("base key ").append(hash(a.baseKeys.get(call))).append('\n');
        b2.give(new CallInput.UserHangUp(call));
        world.settle();
        for (Envelope envelope : world.transcript) {
            String from = envelope.fromDevice().equals(a.id)
                    ? "a"
                    : envelope.fromDevice().equals(b1.id) ? "b1" : "b2";
            lines.append(from)
                    .append(' ')
                    .append(World.decode(envelope).getClass().getSimpleName())
                    .append(' ')
                    .append(envelope.encode().length())
                    .append(' ')
                    .append(hash(envelope.encode()))
                    .append('\n');
        }
        try (var in = GoldenCallTest.class.getResourceAsStream("golden-call.txt")) {
            String golden = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(lines.toString()).isEqualTo(golden);
        }
    }

    private static String hash(Bytes value) {
        return People.PRIMITIVES.hash(HashAlgorithm.SHA256, value).hex();
    }
}
