package org.whodis.core.mls;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import org.whodis.core.PublishedVectors;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** The test vectors of the MLS working group, for the suites that are implemented and on both implementations. */
final class Vectors {
    private static final String PUBLISHED_AT = "github.com/mlswg/mls-implementations, test-vectors";

    private Vectors() {}

    static JsonNode file(String name) throws IOException {
        return PublishedVectors.json("mls/test-vectors/" + name + ".json", PUBLISHED_AT);
    }

    interface Check {
        void run(MlsCrypto crypto, JsonNode vector) throws Exception;
    }

    /** One test for each vector of an implemented suite and each implementation. */
    static List<DynamicTest> tests(String name, Check check) throws IOException {
        List<DynamicTest> out = new ArrayList<>();
        Map<Integer, Integer> leftOut = new TreeMap<>();
        int index = 0;
        for (JsonNode vector : file(name)) {
            CipherSuite suite = CipherSuite.of(vector.get("cipher_suite").asInt());
            if (suite != null) {
                for (Primitives primitives : TestGroups.allPrimitives()) {
                    String title = name + " " + index + ", suite " + suite.value() + ", "
                            + primitives.getClass().getSimpleName();
                    Executable run = () -> check.run(new MlsCrypto(primitives, suite), vector);
                    out.add(DynamicTest.dynamicTest(title, run));
                }
            } else {
                leftOut.merge(vector.get("cipher_suite").asInt(), 1, Integer::sum);
            }
            index++;
        }
        System.out.println(name + ": " + out.size() / TestGroups.allPrimitives().size() + " of " + index
                + " vectors on each implementation; left out, since their suites are not implemented (suite=vectors): "
                + leftOut);
        if (out.isEmpty()) {
            throw new IllegalStateException("no vector of an implemented suite in " + name);
        }
        return out;
    }

    static Bytes hex(JsonNode vector, String field) {
        return PublishedVectors.hex(vector, field);
    }

    static Secret secret(JsonNode vector, String field) {
        return Secret.copyOf(hex(vector, field));
    }
}
