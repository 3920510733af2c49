package org.whodis.phone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneException;
import org.whodis.phone.PhoneListener;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.KeystoreException;
import org.whodis.phone.keystore.Protection;
import picocli.CommandLine.Option;

/** What every command of the phone takes: where the phone is, and how it is opened. */
final class CommonOptions {
    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description = "The phone's folder (default: $WHODIS_PHONE_HOME, or ~/.whodis/phone).")
    private @Nullable Path home;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Read the passphrase from the first line of FILE instead of asking for it.")
    private @Nullable Path passphraseFile;

    Path home() {
        return home == null ? Keystore.defaultFolder() : home;
    }

    boolean hasPassphraseFile() {
        return passphraseFile != null;
    }

    /** Opens the phone that is in the folder. */
    Phone open(PhoneConfig config, Terminal terminal, PhoneListener listener) throws CliException {
        try {
            Protection.Passphrase passphrase = Keystore.needsPassphrase(home(), config.primitives())
                    ? new Protection.Passphrase(passphrase(terminal, "Passphrase of this phone"))
                    : null;
            Keystore keystore = Keystore.open(home(), passphrase, config.primitives(), config.random());
            return Phone.open(config, keystore, listener);
        } catch (KeystoreException e) {
            throw new CliException(ExitStatus.KEYSTORE, String.valueOf(e.getMessage()));
        }
    }

    /** Opens the phone and begins its session; waits until the office is there. */
    Phone openOnline(PhoneConfig config, Terminal terminal, Events events) throws CliException, InterruptedException {
        Phone phone = open(config, terminal, events);
        boolean online = false;
        try {
            phone.start();
            events.awaitOnline(terminal);
            online = true;
            return phone;
        } catch (PhoneException e) {
            throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
        } finally {
            if (!online) {
                phone.close();
            }
        }
    }

    Secret passphrase(Terminal terminal, String prompt) throws CliException {
        if (passphraseFile == null) {
            return terminal.passphrase(prompt);
        }
        try {
            byte[] bytes = Files.readAllBytes(passphraseFile);
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            if (end == 0) {
                throw new CliException(
                        ExitStatus.KEYSTORE,
                        "The first line of " + passphraseFile + " is empty: it has to be the passphrase.");
            }
            Secret secret = Secret.copyOf(Arrays.copyOf(bytes, end));
            Arrays.fill(bytes, (byte) 0);
            return secret;
        } catch (IOException e) {
            throw new CliException(ExitStatus.KEYSTORE, "The passphrase file cannot be read: " + e + ".");
        }
    }

    /** Waits for something slow and says so on the status line when it takes longer than two seconds. */
    static <T> T await(Terminal terminal, String what, java.util.concurrent.Future<T> future, long timeoutSeconds)
            throws InterruptedException, java.util.concurrent.ExecutionException, CliException {
        long started = System.nanoTime();
        while (true) {
            try {
                T value = future.get(500, TimeUnit.MILLISECONDS);
                terminal.clearStatus();
                return value;
            } catch (java.util.concurrent.TimeoutException e) {
                long waited = System.nanoTime() - started;
                if (waited > TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
                    terminal.clearStatus();
                    throw new CliException(ExitStatus.FAILED, what + ": gave up after " + timeoutSeconds + " seconds.");
                }
                if (waited > TimeUnit.SECONDS.toNanos(2)) {
                    terminal.status(what + " …", " " + Wording.duration(waited));
                }
            }
        }
    }
}
