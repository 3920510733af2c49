package org.whodis.phone.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;

/**
 * The person's terminal: lines, one status line that is written over, single keys, hidden passphrases. Works without a
 * terminal too: then the status line is printed only when it changes in words, and keys are the letters of lines on
 * standard input.
 */
final class Terminal implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[2K";

    /** Keys typed ahead; more are dropped. */
    private static final int MAX_KEYS = 64;

    private final PrintStream out;
    private final boolean interactive;
    private final BlockingQueue<Character> keys = new LinkedBlockingQueue<>(MAX_KEYS);
    private String status = "";
    private boolean statusShown;
    private boolean reading;
    private boolean raw;

    Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** Standard output and input. */
    static Terminal standard() {
        return new Terminal(System.out, console() != null);
    }

    boolean isInteractive() {
        return interactive;
    }

    /** A line that stays. */
    synchronized void say(String line) {
        if (statusShown) {
            out.print(CLEAR_LINE);
            statusShown = false;
        }
        out.println(line);
        if (interactive && !status.isEmpty()) {
            show();
        }
    }

    /**
     * The line that changes.
     *
     * @param words what a person without a terminal is told when it changes
     * @param figures what changes all the time, such as the seconds; for a terminal only
     */
    synchronized void status(String words, String figures) {
        String before = status;
        status = words;
        if (interactive) {
            out.print(CLEAR_LINE + words + figures);
            out.flush();
            statusShown = true;
        } else if (!words.equals(before) && !words.isEmpty()) {
            out.println(words);
        }
    }

    synchronized void clearStatus() {
        if (statusShown) {
            out.print(CLEAR_LINE);
            out.flush();
        }
        status = "";
        statusShown = false;
    }

    /** The next key that was pressed, lower case, or null if none was within {@code millis}. */
    @Nullable
    Character key(long millis) throws InterruptedException {
        startReading();
        return keys.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Asks a question that is answered by yes or no; no terminal means no. */
    boolean confirm(String question) throws InterruptedException {
        say(question + " [y/n]");
        startReading();
        // What was typed before the question was read is no answer to it.
        keys.clear();
        while (true) {
            Character key = keys.poll(10, TimeUnit.MINUTES);
            if (key == null || key == 'n') {
                return false;
            }
            if (key == 'y') {
                return true;
            }
        }
    }

    /** Asks for a passphrase without showing it. */
    Secret passphrase(String prompt) throws CliException {
        Console console = console();
        if (console == null) {
            throw new CliException(
                    ExitStatus.KEYSTORE,
                    "A passphrase is needed and there is no terminal to type it on. Give it in a file with --passphrase-file FILE.");
        }
        char[] typed = console.readPassword("%s: ", prompt);
        if (typed == null || typed.length == 0) {
            throw new CliException(ExitStatus.KEYSTORE, "No passphrase was typed.");
        }
        byte[] utf8 = new String(typed).getBytes(StandardCharsets.UTF_8);
        java.util.Arrays.fill(typed, ' ');
        return Secret.owning(utf8);
    }

    /** The person's terminal, or null where a script is in its place. */
    @SuppressWarnings("SystemConsoleNull") // true of JDK 22 to 24; from JDK 25 on there is none without a terminal
    private static @Nullable Console console() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }

    private void show() {
        out.print(status);
        out.flush();
        statusShown = true;
    }

    private synchronized void startReading() {
        if (reading) {
            return;
        }
        reading = true;
        if (interactive) {
            raw = stty("-icanon", "-echo", "min", "1");
        }
        Thread.ofPlatform().daemon().name("whodis-keys").start(this::read);
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (Character.isLetter(c)) {
                    var _ = keys.offer((char) Character.toLowerCase(c));
                }
            }
        } catch (IOException e) {
            // Standard input is gone; the commands go on without keys.
        }
    }

    /** Gives the terminal back as it was. */
    @Override
    public void close() {
        clearStatus();
        synchronized (this) {
            if (raw) {
                raw = !stty("icanon", "echo");
            }
        }
    }

    /** Single keys need the terminal's own line editing off; where {@code stty} is missing, Enter has to be pressed. */
    private static boolean stty(String... settings) {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")) {
            return false;
        }
        try {
            String[] command = new String[settings.length + 1];
            command[0] = "stty";
            System.arraycopy(settings, 0, command, 1, settings.length);
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
