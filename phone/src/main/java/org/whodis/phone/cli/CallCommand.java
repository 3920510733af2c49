package org.whodis.phone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.phone.Contact;
import org.whodis.phone.NotDialledException;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneException;
import org.whodis.phone.line.HeldLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "call", description = "Call somebody by name.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CallCommand extends Action {
    private static final long LINES_SECONDS = 20;

    @Mixin
    private CommonOptions common;

    @Mixin
    private AudioOptions audio;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            description = "A name, its beginning, or the first eight digits that 'whodis phone contacts' shows.")
    private List<String> name;

    @Override
    int run(Terminal terminal) throws CliException, PhoneException, ExecutionException, InterruptedException {
        PhoneConfig config = PhoneConfig.standard(audio.devices());
        Events events = new Events();
        try (Phone phone = common.openOnline(config, terminal, events)) {
            closeOnExit(phone);
            CallId callId;
            try {
                callId = dial(terminal, phone, String.join(" ", name));
            } catch (NotDialledException e) {
                callId = whatIsInTheWay(terminal, e);
            }
            return CallScreen.status(new CallScreen(phone, terminal, events, callId, audio.seconds()).run(false));
        }
    }

    /** Somebody who rings here right now is answered from here, without hanging up and calling back. */
    private static CallId whatIsInTheWay(Terminal terminal, NotDialledException e) throws NotDialledException {
        if (!(e.why() instanceof NotDialledException.CallsYou(CallId ringing, String caller))
                || !terminal.isInteractive()) {
            throw e;
        }
        terminal.say(caller + " is calling you: answer with a, decline with d.");
        return ringing;
    }

    /** By the directory of the own office, and else by a line that was given to this person. */
    private static CallId dial(Terminal terminal, Phone phone, String wanted)
            throws CliException, PhoneException, ExecutionException, InterruptedException {
        List<Contact> contacts = new ArrayList<>(phone.contacts());
        if (NameMatch.find(contacts, wanted).size() == 1) {
            return phone.call(choose(contacts, wanted).principal());
        }
        var _ = CommonOptions.await(
                terminal, "Reading your lines", phone.lines().sync(), LINES_SECONDS);
        CallId called = dialByLine(phone, contacts, wanted);
        if (called == null) {
            // It may have been approved or renewed while nobody here was listening; offices that are away are not
            // waited for
            // by those who need not.
            var _ = CommonOptions.await(
                    terminal,
                    "Asking after the lines given to you",
                    phone.lines().refreshHeld(),
                    LINES_SECONDS);
            called = dialByLine(phone, contacts, wanted);
        }
        if (called != null) {
            return called;
        }
        List<HeldLine> held = phone.lines().held();
        PrincipalId chosen = choose(withIssuers(contacts, held), wanted).principal();
        if (held.stream().anyMatch(line -> line.issuer().principal().equals(chosen))) {
            throw new CliException(ExitStatus.FAILED, "Their line does not ring: look at whodis line list to see why.");
        }
        return phone.call(chosen);
    }

    /** Calls by a line that is known to ring; null if there is none to the one person whom {@code wanted} fits. */
    private static @Nullable CallId dialByLine(Phone phone, List<Contact> contacts, String wanted)
            throws PhoneException {
        List<HeldLine> held = phone.lines().held();
        List<Contact> found = NameMatch.find(withIssuers(contacts, held), wanted);
        if (found.size() == 1) {
            for (HeldLine line : held) {
                if (line.issuer().principal().equals(found.getFirst().principal()) && line.bound() && !line.gone()) {
                    return phone.call(line.id());
                }
            }
        }
        return null;
    }

    private static List<Contact> withIssuers(List<Contact> contacts, List<HeldLine> held) {
        List<Contact> out = new ArrayList<>(contacts);
        for (HeldLine line : held) {
            if (out.stream()
                    .noneMatch(each -> each.principal().equals(line.issuer().principal()))) {
                out.add(line.issuer());
            }
        }
        return out;
    }

    static Contact choose(List<Contact> contacts, String wanted) throws CliException {
        List<Contact> found = NameMatch.find(contacts, wanted);
        if (found.size() == 1) {
            return found.getFirst();
        }
        StringBuilder message = new StringBuilder();
        if (found.isEmpty()) {
            message.append("Nobody at your office, and nobody whose line you hold, is called \"")
                    .append(wanted)
                    .append("\".");
            message.append(contacts.isEmpty() ? " Nobody else is enrolled yet." : " There are:");
        } else {
            message.append(String.format(
                    Locale.ROOT, "\"%s\" fits %d people. Say more of the name, or the digits:", wanted, found.size()));
        }
        for (Contact each : found.isEmpty() ? contacts : found) {
            message.append(System.lineSeparator()).append("  ").append(ContactsCommand.line(each));
        }
        throw new CliException(ExitStatus.FAILED, message.toString());
    }
}
