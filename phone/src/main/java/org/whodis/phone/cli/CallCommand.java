package org.whodis.phone.cli;

import java.util.List;
import java.util.Locale;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "call", description = "Call somebody by name.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CallCommand extends Action {
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
    int run(Terminal terminal) throws CliException, PhoneException, InterruptedException {
        PhoneConfig config = PhoneConfig.standard(audio.devices());
        Events events = new Events();
        try (Phone phone = common.openOnline(config, terminal, events)) {
            closeOnExit(phone);
            Contact contact = choose(phone.contacts(), String.join(" ", name));
            var callId = phone.call(contact.principal());
            return CallScreen.status(new CallScreen(phone, terminal, events, callId, audio.seconds()).run(false));
        }
    }

    private static Contact choose(List<Contact> contacts, String wanted) throws CliException {
        List<Contact> found = NameMatch.find(contacts, wanted);
        if (found.size() == 1) {
            return found.getFirst();
        }
        StringBuilder message = new StringBuilder();
        if (found.isEmpty()) {
            message.append("Nobody at your office is called \"").append(wanted).append("\".");
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
