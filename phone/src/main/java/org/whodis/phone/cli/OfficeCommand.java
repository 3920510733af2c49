package org.whodis.phone.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.phone.OfficeKey;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.signalling.OfficeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whodis phone office}. */
@Command(
        name = "office",
        description = "Show by which key this phone knows its office, and compare it.",
        mixinStandardHelpOptions = true,
        subcommands = {OfficeCommand.Show.class, OfficeCommand.Compare.class})
final class OfficeCommand implements Callable<Integer> {
    /** An office that has shown nothing after this long is not there. */
    private static final long LOOK_SECONDS = 8;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    private CommonOptions common;

    @Override
    public Integer call() {
        return new Show(common).call();
    }

    /** As the command without a subcommand. */
    @Command(
            name = "show",
            description = "Show by which key this phone knows its office.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    static final class Show extends Action {
        @Mixin
        private CommonOptions common;

        Show() {}

        Show(CommonOptions common) {
            this.common = common;
        }

        @Override
        int run(Terminal terminal) throws CliException, PhoneException, InterruptedException {
            Events events = new Events();
            PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
            try (Phone phone = common.open(config, terminal, events)) {
                OfficeKey known = look(phone, terminal, events);
                terminal.say("office      " + known.domain());
                terminal.say("office key  " + known.key().hex());
                terminal.say("words       " + Wording.words(known.words()));
                Long comparedAt = known.comparedAt();
                terminal.say("compared    " + (comparedAt == null ? "never" : Wording.time(comparedAt)));
                return alarm(terminal, known) ? ExitStatus.ALARM : ExitStatus.OK;
            }
        }
    }

    /** The person and the office's operator read the same words. */
    @Command(
            name = "compare",
            description = {
                "Compare the key that the office shows with its operator.",
                "Call the operator on a way on which you know each other, but not by Whodis, and let THEM read the words that"
                        + " `whodis office keys` shows them."
            },
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    static final class Compare extends Action {
        @Mixin
        private CommonOptions common;

        @Option(
                names = "--yes-words",
                paramLabel = "\"W1 ... W12\"",
                description = "The words that the operator has read, for scripts; without it you are asked.")
        private @Nullable String heard;

        @Override
        int run(Terminal terminal) throws CliException, PhoneException, InterruptedException {
            Events events = new Events();
            PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
            try (Phone phone = common.open(config, terminal, events)) {
                closeOnExit(phone);
                OfficeKey known = look(phone, terminal, events);
                alarm(terminal, known);
                OfficeKey.Other other = known.other();
                List<String> words = other == null ? known.words() : other.words();
                if (!isSame(terminal, words)) {
                    throw new CliException(
                            ExitStatus.ALARM,
                            other == null
                                    ? "The words differ: this phone talks to somebody who is not your office. Do not use it, and"
                                            + " tell the operator."
                                    : "The words differ: what answers is not your office. This phone goes on refusing it. Tell the"
                                            + " operator.");
                }
                if (!phone.officeCompared(other == null ? known.key() : other.key())) {
                    throw new CliException(
                            ExitStatus.ALARM,
                            "Meanwhile another key was shown. Compare again: whodis phone office compare");
                }
                terminal.say("The key of " + known.domain() + " is compared; it counts from now on.");
                return ExitStatus.OK;
            }
        }

        private boolean isSame(Terminal terminal, List<String> words) throws InterruptedException {
            if (heard != null) {
                return Arrays.asList(heard.strip().toLowerCase(Locale.ROOT).split("[\\s,;.-]+"))
                        .equals(words);
            }
            terminal.say("If it is your office, its operator reads:");
            terminal.say("");
            terminal.say("    " + Wording.words(words));
            terminal.say("");
            return terminal.confirm("Does the operator read these words?");
        }
    }

    /** Waits until the office has shown a key, if it is there, and says what is known then. */
    private static OfficeKey look(Phone phone, Terminal terminal, Events events)
            throws PhoneException, InterruptedException {
        phone.start();
        long started = System.nanoTime();
        boolean hasShown = false;
        while (!hasShown && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(LOOK_SECONDS)) {
            terminal.status("Looking for the office …", "");
            hasShown = switch (events.poll(250)) {
                case PhoneEvent.Online _ -> true;
                case PhoneEvent.OfficeProblem(OfficeException why) ->
                    why.reason() != OfficeException.Reason.UNREACHABLE;
                case null -> false;
                default -> false;
            };
        }
        terminal.clearStatus();
        if (!hasShown) {
            terminal.say("The office does not answer; this is what the phone knew before.");
        }
        return phone.officeKey();
    }

    private static boolean alarm(Terminal terminal, OfficeKey known) {
        OfficeKey.Other other = known.other();
        if (known.isStolen()) {
            terminal.say(
                    "ALARM: two keys claim to be the one after the last: somebody has stolen a key of your office.");
        }
        if (other != null) {
            Long until = other.until();
            terminal.say(
                    "Your office shows ANOTHER KEY, which is not believed "
                            + (until == null
                                    ? "until you have compared it: nothing leads to it from the one that this phone knows."
                                    : "before " + Wording.time(until)
                                            + " unless you compare it earlier: the office's recovery key has not agreed to it."));
        }
        return known.isStolen() || other != null;
    }
}
