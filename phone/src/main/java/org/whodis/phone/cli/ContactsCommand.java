package org.whodis.phone.cli;

import java.util.List;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.audio.AudioDevices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "contacts",
        description = "Show who can be called, and how it is known that they are who they are.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class ContactsCommand extends Action {
    @Mixin
    private CommonOptions common;

    @Override
    int run(Terminal terminal) throws CliException, InterruptedException {
        Events events = new Events();
        try (Phone phone = common.openOnline(PhoneConfig.standard(AudioDevices.SILENT), terminal, events)) {
            List<Contact> contacts = phone.contacts();
            if (contacts.isEmpty()) {
                terminal.say("Nobody else is enrolled at your office yet.");
            }
            for (Contact contact : contacts) {
                terminal.say(line(contact));
            }
            return ExitStatus.OK;
        }
    }

    static String line(Contact contact) {
        return contact.principal().value().slice(0, 4).hex() + "  " + Wording.name(contact) + ": "
                + Wording.assurance(contact.assurance());
    }
}
