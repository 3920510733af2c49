package org.whodis.phone.cli;

import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.phone.Contact;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.KeystoreException;
import org.whodis.phone.keystore.Protection;
import org.whodis.phone.signalling.OfficeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enrol",
        description =
                "Enrol this phone: by the invitation that the office's operator gave you, or by a link that another"
                        + " phone of yours made with 'whodis phone devices link'.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EnrolCommand extends Action {
    /** An invitation may live for days; whoever waits longer than this at a terminal has gone home. */
    private static final long WAIT_SECONDS = 24 * 60 * 60;

    @Mixin
    private CommonOptions common;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "LINK",
            description = "The link, in quotes. Without it: go on waiting for the link used before.")
    private @Nullable String link;

    @Option(
            names = "--no-passphrase",
            description = "Protect the keys by a key file beside them only: whoever can read the folder can use them.")
    private boolean noPassphrase;

    @Override
    int run(Terminal terminal)
            throws CliException, PhoneException, OfficeException, ExecutionException, InterruptedException {
        PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
        try (Phone phone = openOrCreate(config, terminal)) {
            PendingEnrolment pending = link == null ? phone.resume() : begin(phone, link);
            terminal.say("Read these words to your office's operator (or compare them with your other phone):");
            terminal.say("");
            terminal.say("    " + Wording.words(pending.words()));
            terminal.say("");
            Contact me;
            try {
                me = CommonOptions.await(
                        terminal, "Waiting until they are confirmed", pending.confirmed(), WAIT_SECONDS);
            } catch (ExecutionException e) {
                // Refused or expired: the next link starts afresh.
                phone.abandonEnrolment();
                throw e;
            }
            terminal.say("This phone belongs to " + Wording.name(me) + ". Wait for calls with: whodis phone answer");
            return ExitStatus.OK;
        }
    }

    private static PendingEnrolment begin(Phone phone, String link) throws PhoneException, OfficeException {
        if (phone.isWaiting()) {
            phone.abandonEnrolment();
        }
        return phone.enrol(link);
    }

    private Phone openOrCreate(PhoneConfig config, Terminal terminal) throws CliException {
        if (Keystore.exists(common.home())) {
            return common.open(config, terminal, event -> {});
        }
        if (link == null) {
            throw new CliException(
                    ExitStatus.FAILED,
                    "An invitation is needed. Ask your office's operator for one: whodis phone enrol LINK");
        }
        Protection protection = protection(terminal);
        Secret state = Phone.newState(config.primitives(), config.random());
        try {
            Keystore keystore = Keystore.create(common.home(), protection, state, config.primitives(), config.random());
            return Phone.open(config, keystore, event -> {});
        } catch (KeystoreException e) {
            throw new CliException(ExitStatus.KEYSTORE, String.valueOf(e.getMessage()));
        }
    }

    private Protection protection(Terminal terminal) throws CliException {
        if (noPassphrase) {
            terminal.say("NOTE: without a passphrase, whoever can read " + common.home()
                    + " can be you. Use this only where nobody else can.");
            return new Protection.KeyFile();
        }
        Secret first = common.passphrase(terminal, "A passphrase for this phone's keys");
        if (!common.hasPassphraseFile()) {
            Secret second = terminal.passphrase("The same once more");
            if (!first.equals(second)) {
                throw new CliException(ExitStatus.KEYSTORE, "The two were not the same. Nothing was made; try again.");
            }
        }
        return new Protection.Passphrase(first);
    }
}
