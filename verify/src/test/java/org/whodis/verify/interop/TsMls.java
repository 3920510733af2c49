package org.whodis.verify.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;

/**
 * ts-mls on Deno, in a process of its own that {@code driver.ts} runs in. Deno is a Maven artifact; ts-mls and what it needs
 * come by Deno from the npm registry once, checked against the hashes in {@code deno.lock}, and from Deno's cache from then on.
 * Deno may read the folder that it runs in, and nothing else: no network, no environment, no other file.
 *
 * <p>Where any of it cannot be had, the test is skipped and says why.
 */
final class TsMls implements AutoCloseable {
    private static final String DENO_POM = "META-INF/maven/org.mvnpm.at.deno/linux-x64-glibc/pom.properties";

    private static final List<String> OURS = List.of("driver.ts", "deno.json", "deno.lock");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    private TsMls(Process process) {
        this.process = process;
        requests = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static TsMls start() throws IOException, InterruptedException {
        // Two classes of tests may be at it at once, each in a process of its own.
        Path folder = Path.of("target", "ts-mls-" + System.getProperty("whodis.testProcess", "1"))
                .toAbsolutePath();
        Files.createDirectories(folder);
        Path deno = deno(folder);
        for (String name : OURS) {
            copy("ts-mls/" + name, folder.resolve(name));
        }
        install(deno, folder);
        Process process = new ProcessBuilder(
                        deno.toString(),
                        "run",
                        "--quiet",
                        "--no-prompt",
                        "--frozen",
                        "--cached-only",
                        "--allow-read=" + folder,
                        "driver.ts")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new TsMls(process);
    }

    private static Path deno(Path folder) throws IOException {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!machine.toLowerCase(Locale.ROOT).equals("linux amd64")) {
            throw new TestAbortedException(
                    "skipped: Deno comes for Linux on x86-64 with glibc, and this is " + machine);
        }
        Properties pom = new Properties();
        try (InputStream in = resource(DENO_POM)) {
            pom.load(in);
        }
        String version = pom.getProperty("version");
        Path deno = folder.resolve("deno-" + version);
        if (!Files.exists(deno)) {
            Path part = Files.createTempFile(folder, "deno", ".part");
            copy("META-INF/resources/_static/linux-x64-glibc/" + version + "/deno", part);
            if (!part.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + part + " executable");
            }
            Files.move(part, deno, StandardCopyOption.ATOMIC_MOVE);
        }
        return deno;
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = resource(resource)) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = TsMls.class.getClassLoader().getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException(name + " is not on the class path");
        }
        return in;
    }

    /** Puts the packages of deno.lock into node_modules, out of Deno's cache, or from the registry the first time. */
    private static void install(Path deno, Path folder) throws IOException, InterruptedException {
        ProcessBuilder install = new ProcessBuilder(deno.toString(), "install", "--frozen", "--quiet")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        // Certificates as the other package clients of this machine have them.
        install.environment().putIfAbsent("DENO_TLS_CA_STORE", "system,mozilla");
        Process process = install.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroy();
            throw new TestAbortedException("skipped: ts-mls 1.6.4 is neither in Deno's cache nor to be had from the npm"
                    + " registry: " + output.strip());
        }
    }

    /** A refusal or fault that ts-mls reports. */
    static final class TsMlsException extends Exception {
        private static final long serialVersionUID = 1L;

        TsMlsException(String message) {
            super(message);
        }
    }

    private JsonNode ask(ObjectNode request) throws TsMlsException, IOException {
        requests.write(request.toString());
        requests.write('\n');
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the driver has ended");
        }
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
            throw new TsMlsException(answer.get("error").asText());
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A new member. */
    TsMlsPeer member(String name, String suite) throws TsMlsException, IOException {
        return new TsMlsPeer(name, suite);
    }

    /** A member in the process. */
    final class TsMlsPeer implements Peer {
        private final String name;
        private final Bytes keyPackage;
        /** Whether messages go through processMessage(), which loses pre-shared keys. */
        private boolean byGeneral;

        private TsMlsPeer(String name, String suite) throws TsMlsException, IOException {
            this.name = name;
            keyPackage = bytes(ask(request("newMember")
                    .put("suite", suite)
                    .put("identity", Bytes.utf8(name).hex())));
        }

        void useGeneralFunction() {
            byGeneral = true;
        }

        private ObjectNode request(String operation) {
            return JSON.createObjectNode().put("op", operation).put("member", name);
        }

        private static Bytes bytes(JsonNode answer) {
            return Bytes.fromHex(answer.get("message").asText());
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Bytes keyPackage() {
            return keyPackage;
        }

        @Override
        public void create(Bytes groupId) throws Exception {
            ask(request("create").put("groupId", groupId.hex()));
        }

        @Override
        public void join(Bytes welcome) throws Exception {
            ask(request("join").put("message", welcome.hex()));
        }

        private static ObjectNode proposal(Step step) {
            ObjectNode out = JSON.createObjectNode();
            return switch (step) {
                case Step.Add(Bytes added) -> out.put("type", "add").put("keyPackage", added.hex());
                case Step.Remove(int leaf) -> out.put("type", "remove").put("leaf", leaf);
                case Step.Inject(Bytes id, Bytes nonce) ->
                    out.put("type", "psk").put("id", id.hex()).put("nonce", nonce.hex());
                case Step.NoExtensions() -> out.put("type", "extensions");
            };
        }

        @Override
        public Committed commit(List<Step> steps, boolean open, boolean ordered) throws Exception {
            ObjectNode request = request("commit").put("open", open).put("ordered", ordered);
            ArrayNode proposals = request.putArray("proposals");
            for (Step step : steps) {
                proposals.add(proposal(step));
            }
            JsonNode answer = ask(request);
            JsonNode welcome = answer.get("welcome");
            return new Committed(bytes(answer), welcome == null ? null : Bytes.fromHex(welcome.asText()));
        }

        @Override
        public Bytes propose(Step step, boolean open) throws Exception {
            ObjectNode request = request("propose").put("open", open);
            request.set("proposal", proposal(step));
            return bytes(ask(request));
        }

        @Override
        public Received receive(Bytes message) throws Exception {
            boolean proposal = isProposal(message);
            JsonNode answer =
                    ask(request("process").put("message", message.hex()).put("byGeneral", byGeneral));
            @Nullable JsonNode data = answer.get("data");
            if (data != null) {
                return new Received.Data(Bytes.fromHex(data.asText()));
            }
            if (proposal) {
                return new Received.Proposed();
            }
            return answer.get("active").asBoolean() ? new Received.InNextEpoch() : new Received.Removed();
        }

        @Override
        public Bytes protect(Bytes data, Bytes authenticatedData) throws Exception {
            return bytes(ask(request("protect").put("data", data.hex()).put("aad", authenticatedData.hex())));
        }

        @Override
        public View view(Bytes context) throws Exception {
            JsonNode answer = ask(request("view").put("context", context.hex()));
            return new View(
                    answer.get("epoch").asLong(),
                    Bytes.fromHex(answer.get("authenticator").asText()),
                    Bytes.fromHex(answer.get("treeHash").asText()),
                    Bytes.fromHex(answer.get("exported").asText()));
        }

        @Override
        public int leaf() throws Exception {
            return ask(request("view").put("context", "00")).get("leaf").asInt();
        }

        @Override
        public void learn(Bytes pskId, Bytes secret) throws Exception {
            ask(request("psk").put("id", pskId.hex()).put("secret", secret.hex()));
        }

        @Override
        public Bytes groupInfo() throws Exception {
            return bytes(ask(request("groupInfo")));
        }
    }

    /** {@code content_type} of a PrivateMessage, or of a member's PublicMessage, is proposal(2). */
    private static boolean isProposal(Bytes message) throws Exception {
        WireReader in = new WireReader(message);
        in.uint16();
        boolean open = in.uint16() == 1;
        in.vector(256);
        in.uint64();
        if (open) {
            in.fixed(5);
            in.vector(1 << 16);
        }
        return in.uint8() == 2;
    }
}
