package org.whodis.phone.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceLink;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "devices",
        description = "Show this person's devices, or bring in a further one.",
        mixinStandardHelpOptions = true,
        subcommands = {DevicesCommand.ListDevices.class, DevicesCommand.LinkDevice.class})
final class DevicesCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    private CommonOptions common;

    @Override
    public Integer call() {
        return new ListDevices(common).call();
    }

    @Command(name = "list", description = "Show this person's devices.", mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    static final class ListDevices extends Action {
        @Mixin
        private CommonOptions common;

        ListDevices() {}

        ListDevices(CommonOptions common) {
            this.common = common;
        }

        @Override
        int run(Terminal terminal) throws CliException, PhoneException {
            PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
            try (Phone phone = common.open(config, terminal, event -> {})) {
                for (ChainDevice device : phone.ownChain().devices()) {
                    terminal.say(device.id().value().slice(0, 4).hex() + "  "
                            + device.kind()
                                    .name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', ' ') + ", since "
                            + Wording.time(device.addedAt())
                            + (device.addedBy() == null
                                    ? ", the first one"
                                    : ", vouched for by "
                                            + device.addedBy()
                                                    .value()
                                                    .slice(0, 4)
                                                    .hex()));
                }
                return ExitStatus.OK;
            }
        }
    }

    @Command(
            name = "link",
            description = "Make a link that brings in one further device of this person, and wait until it is used.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    static final class LinkDevice extends Action {
        @Mixin
        private CommonOptions common;

        @Override
        int run(Terminal terminal) throws CliException, PhoneException, ExecutionException, InterruptedException {
            Events events = new Events();
            PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
            try (Phone phone = common.openOnline(config, terminal, events)) {
                closeOnExit(phone);
                String link = CommonOptions.await(terminal, "Making a link", phone.openLink(), 15);
                terminal.say("On the new device, within ten minutes (it is a secret: show it to nobody else):");
                terminal.say("");
                terminal.say("    whodis phone enrol '" + link + "'");
                terminal.say("");
                PhoneEvent.LinkRequested request = awaitRequest(terminal, events);
                terminal.say("The new device has to show these words:");
                terminal.say("");
                terminal.say("    " + Wording.words(request.words()));
                terminal.say("");
                boolean same = terminal.confirm("Are they the same on both screens?");
                Contact me = CommonOptions.await(terminal, "Adding the device", phone.confirmLink(same), 15);
                terminal.say(
                        "Done: " + me.name() + " has " + me.chain().devices().size() + " devices.");
                return ExitStatus.OK;
            }
        }

        private static PhoneEvent.LinkRequested awaitRequest(Terminal terminal, Events events)
                throws InterruptedException, CliException {
            long started = System.nanoTime();
            while (true) {
                long waited = System.nanoTime() - started;
                if (waited > TimeUnit.MILLISECONDS.toNanos(DeviceLink.LIFETIME_MILLIS)) {
                    throw new CliException(ExitStatus.FAILED, "The link was not used in ten minutes. Make a new one.");
                }
                terminal.status("Waiting for the new device", " " + Wording.duration(waited));
                if (events.poll(500) instanceof PhoneEvent.LinkRequested request) {
                    terminal.clearStatus();
                    return request;
                }
            }
        }
    }
}
