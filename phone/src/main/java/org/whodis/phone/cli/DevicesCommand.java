package org.whodis.phone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "devices",
        description = "Show this person's devices, bring in a further one, or remove one.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DevicesCommand.ListDevices.class,
            DevicesCommand.LinkDevice.class,
            DevicesCommand.RemoveDevice.class
        })
final class DevicesCommand implements Callable<Integer> {
    /** Of a device's id; a person has a dozen devices. */
    private static final int MIN_DIGITS = 4;

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
                    terminal.say(describe(device, phone.deviceId()));
                }
                return ExitStatus.OK;
            }
        }
    }

    private static String describe(ChainDevice device, DeviceId here) {
        DeviceId by = device.addedBy();
        return shortId(device.id()) + "  "
                + device.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (device.id().equals(here) ? " (this one)" : "")
                + ", since " + Wording.time(device.addedAt())
                + (by == null ? ", the first one" : ", vouched for by " + shortId(by));
    }

    private static String shortId(DeviceId id) {
        return id.value().slice(0, 4).hex();
    }

    @Command(
            name = "remove",
            description = {
                "Remove a device of this person, as one that was lost: at once, and for good.",
                "It is out of its calls, rings for nobody and calls nobody any more. To use it again, it has to be linked anew."
            },
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    static final class RemoveDevice extends Action {
        @Mixin
        private CommonOptions common;

        @Parameters(paramLabel = "DEVICE", description = "The first digits that \"whodis phone devices\" shows.")
        private String digits;

        @Override
        int run(Terminal terminal) throws CliException, PhoneException, ExecutionException, InterruptedException {
            PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
            try (Phone phone = common.openOnline(config, terminal, new Events())) {
                closeOnExit(phone);
                VerifiedChain own = phone.ownChain();
                ChainDevice device = find(own);
                terminal.say(describe(device, phone.deviceId()));
                for (ChainDevice other : own.devices()) {
                    if (device.id().equals(other.addedBy())) {
                        terminal.say("It has brought in " + shortId(other.id())
                                + ", which stays. Remove that one too if you do not know it.");
                    }
                }
                terminal.say(
                        "It will be out of its calls at once, ring for nobody and call nobody any more. This cannot be"
                                + " undone.");
                if (device.id().equals(phone.deviceId())) {
                    terminal.say("It is this phone: its keys will be erased.");
                }
                if (!terminal.confirm("Remove it?")) {
                    throw new CliException(ExitStatus.FAILED, "Nothing was removed.");
                }
                VerifiedChain left =
                        CommonOptions.await(terminal, "Removing the device", phone.revokeDevice(device.id()), 15);
                int count = left.devices().size();
                terminal.say("Removed. " + (count == 1 ? "One device is left." : count + " devices are left."));
                return ExitStatus.OK;
            }
        }

        private ChainDevice find(VerifiedChain own) throws CliException {
            String wanted = digits.toLowerCase(Locale.ROOT);
            List<ChainDevice> found = new ArrayList<>();
            for (ChainDevice each : own.devices()) {
                if (wanted.length() >= MIN_DIGITS && each.id().value().hex().startsWith(wanted)) {
                    found.add(each);
                }
            }
            if (found.size() != 1) {
                throw new CliException(
                        ExitStatus.FAILED,
                        (found.isEmpty() ? "There is no device " : "There is more than one device ") + digits
                                + ". Give at least " + MIN_DIGITS
                                + " of the digits that are shown by: whodis phone devices");
            }
            return found.getFirst();
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
