package org.whodis.verify.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.whodis.office.cli.OfficeCommand;
import picocli.CommandLine;

/**
 * How soon a cold office answers its first request, what that takes, and how much memory it then holds: {@code whodis office
 * run} in a process of its own, with the Java options that are given as arguments.
 *
 * <p>Wall time depends on what else the machine does; processor time (all threads, compilers included) hardly does. Linux
 * only: it reads {@code /proc}.
 */
public final class OfficeFootprint {
    private static final int RUNS = 5;
    private static final int IDLE_MILLIS = 8_000;
    private static final int REQUESTS = 200;
    /** {@code USER_HZ}, which is 100 on every Linux that Java runs on. */
    private static final int MILLIS_PER_TICK = 10;

    private OfficeFootprint() {}

    /** One run. */
    private record Figures(
            long firstAnswerMillis,
            long firstAnswerProcessorMillis,
            long idleKilobytes,
            long usedKilobytes,
            long stopMillis) {}

    public static void main(String[] options) throws Exception {
        if (options.length > 0 && options[0].equals("child")) {
            System.exit(new CommandLine(new OfficeCommand()).execute(Arrays.copyOfRange(options, 1, options.length)));
        }
        Path folder = Files.createTempDirectory("office-footprint");
        System.out.println(
                "run    first answer    of it CPU    resident idle    after " + REQUESTS + " requests    stop");
        for (int run = 1; run <= RUNS; run++) {
            Figures it = measure(folder.resolve("office"), List.of(options));
            System.out.printf(
                    Locale.ROOT,
                    "%3d%s %8d ms %9d ms %13.1f MB %18.1f MB %8d ms%n",
                    run,
                    run == 1 ? "*" : " ",
                    it.firstAnswerMillis(),
                    it.firstAnswerProcessorMillis(),
                    it.idleKilobytes() / 1024.0,
                    it.usedKilobytes() / 1024.0,
                    it.stopMillis());
        }
        System.out.println("* a new data folder: the keys and the certificate are made first");
    }

    private static Figures measure(Path folder, List<String> options) throws Exception {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OfficeFootprint.class.getName(),
                "child",
                "run",
                "--data",
                folder.toString(),
                "--port",
                Integer.toString(port),
                "--udp-port",
                "0"));
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (!answers(port)) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the office did not start");
                }
                Thread.sleep(5);
            }
            long answered = System.nanoTime();
            long processor = processorMillis(process.pid());
            Thread.sleep(IDLE_MILLIS);
            long idle = residentKilobytes(process.pid());
            for (int i = 0; i < REQUESTS; i++) {
                answers(port);
            }
            Thread.sleep(1000);
            long used = residentKilobytes(process.pid());
            long stopping = System.nanoTime();
            process.destroy();
            process.waitFor();
            return new Figures(
                    (answered - begun) / 1_000_000, processor, idle, used, (System.nanoTime() - stopping) / 1_000_000);
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean answers(int port) throws GeneralSecurityException {
        try (Socket socket = trustingContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress().getHostAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static long processorMillis(long pid) throws IOException {
        // Fields 14 and 15 (proc_pid_stat(5)); what is before has no spaces once the name is cut off.
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
    }

    private static long residentKilobytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no VmRSS");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static SSLContext trustingContext() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    /** What the office shows does not matter here. */
    private static final class Anybody implements X509TrustManager {
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
