package org.whodis.phone.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.NewLine;
import org.whodis.core.line.WeeklyHours;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.line.Lines;
import org.whodis.phone.signalling.OfficeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whodis line}: addresses that belong to one person each. */
@Command(
        name = "line",
        description =
                "Lines: an address for one person. Whoever else tries it rings nobody, and you learn whose copy leaked.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LineCommand.NewCommand.class,
            LineCommand.ListCommand.class,
            LineCommand.RedeemCommand.class,
            LineCommand.ApproveCommand.class,
            LineCommand.WithdrawCommand.class,
            LineCommand.RenewCommand.class,
            LineCommand.IncidentsCommand.class,
            LineCommand.QuietCommand.class,
            LineCommand.FavouriteCommand.class,
            LineCommand.BlockCommand.class,
            LineCommand.KnockCommand.class
        },
        footer = {
            "",
            "  whodis line new 'Tomas, met in Geneva'      makes a line and shows how to hand it over",
            "  whodis line redeem LINK-OR-WORDS            takes a line that somebody gave you",
            "  whodis line approve LINE                    says yes to whoever redeemed yours",
            "  whodis phone call NAME                      calls by it"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the field
public final class LineCommand implements Callable<Integer> {
    private static final long TIMEOUT_SECONDS = 20;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return ExitStatus.OK;
    }

    /** A command that reads the person's lines first. */
    abstract static class LineAction extends Action {
        @Mixin
        @SuppressWarnings("NullAway.Init") // picocli sets the field
        private CommonOptions common;

        abstract int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, PhoneException, ExecutionException, InterruptedException;

        @Override
        final int run(Terminal terminal)
                throws CliException, PhoneException, OfficeException, ExecutionException, InterruptedException {
            Events events = new Events();
            try (Phone phone = common.openOnline(PhoneConfig.standard(AudioDevices.SILENT), terminal, events)) {
                Lines lines = phone.lines();
                var _ = CommonOptions.await(terminal, "Reading your lines", lines.sync(), TIMEOUT_SECONDS);
                return run(terminal, phone, lines);
            }
        }
    }

    /** Makes one. */
    @Command(
            name = "new",
            description =
                    "Make a line for one person, and show how to hand it over: as a link, a QR code, or words to read"
                            + " aloud.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class NewCommand extends LineAction {
        @Parameters(
                arity = "1..*",
                paramLabel = "NOTE",
                description = "Whom it is for, in your own words. Only your devices and your desk can read it.")
        private List<String> note;

        @Option(
                names = "--bind",
                paramLabel = "NAME",
                description =
                        "Bind it at once to somebody of your office, or whose line you hold: no yes is needed then.")
        private @Nullable String bind;

        @Option(names = "--until", paramLabel = "YYYY-MM-DD", description = "The last day on which it works.")
        private @Nullable String until;

        @Option(
                names = "--hours",
                paramLabel = "SPAN",
                split = ";",
                description = "When it may ring, such as 'mon-fri 08:00-18:00', by this computer's clock. May be given"
                        + " more than once.")
        private List<String> hours = new ArrayList<>();

        @Option(names = "--request-only", description = "It never rings: a call leaves a missed call.")
        private boolean requestOnly;

        @Option(names = "--any-time", description = "It rings through your quiet hours.")
        private boolean anyTime;

        @Option(names = "--qr", description = "Show a QR code on the terminal.")
        private boolean qr;

        @Option(names = "--png", paramLabel = "FILE", description = "Write the QR code as a picture.")
        private @Nullable Path png;

        @Option(names = "--svg", paramLabel = "FILE", description = "Write the QR code as a drawing.")
        private @Nullable Path svg;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, PhoneException, ExecutionException, InterruptedException {
            String text = String.join(" ", note);
            if (!LineOrder.isNote(text)) {
                throw new CliException(
                        ExitStatus.FAILED, "A note has at most 256 bytes and no characters that cannot be seen.");
            }
            LineTerms terms = new LineTerms(
                    requestOnly ? LineTerms.Kind.REQUEST : LineTerms.Kind.RING,
                    anyTime,
                    endOf(until),
                    HoursText.parse(hours));
            LineHolder holder = bind == null ? null : holder(phone, lines, bind);
            NewLine made = CommonOptions.await(
                    terminal, "Making the line", lines.give(new LineOrder(text, terms, holder)), TIMEOUT_SECONDS);
            show(terminal, made, text);
            return ExitStatus.OK;
        }

        private void show(Terminal terminal, NewLine made, String text) throws CliException {
            terminal.say("Line " + made.id().shortForm() + " for " + text + ". Give it to nobody else.");
            terminal.say("");
            terminal.say("Link:   " + made.link());
            terminal.say("Aloud:  " + made.office());
            List<String> words = made.words();
            terminal.say("        " + String.join(" ", words.subList(0, 7)));
            terminal.say("        " + String.join(" ", words.subList(7, words.size())));
            QrPicture picture = QrPicture.of(made.link());
            if (qr) {
                // The console's own charset may lack the blocks that the code is drawn with.
                PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
                out.println();
                picture.lines().forEach(out::println);
            }
            if (png != null) {
                picture.writePng(png);
                terminal.say("Picture: " + png);
            }
            if (svg != null) {
                picture.writeSvg(svg);
                terminal.say("Drawing: " + svg);
            }
            terminal.say("");
            terminal.say(
                    bind == null
                            ? "It rings once somebody has redeemed it and you have said: whodis line approve "
                                    + made.id().shortForm()
                            : "It rings for them alone once they have redeemed it.");
        }

        private static long endOf(@Nullable String day) throws CliException {
            if (day == null) {
                return 0;
            }
            try {
                return LocalDate.parse(day)
                                .plusDays(1)
                                .atStartOfDay(ZoneId.systemDefault())
                                .toInstant()
                                .toEpochMilli()
                        - 1;
            } catch (DateTimeParseException e) {
                throw new CliException(ExitStatus.FAILED, "\"" + day + "\" is no day: write it as 2027-01-31.");
            }
        }
    }

    /** Shows them. */
    @Command(
            name = "list",
            description = "Show the lines that you gave and those that were given to you.",
            mixinStandardHelpOptions = true)
    static final class ListCommand extends LineAction {
        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            var _ = CommonOptions.await(
                    terminal, "Asking after the lines given to you", lines.refreshHeld(), TIMEOUT_SECONDS);
            terminal.say(lines.given().isEmpty() ? "You gave no lines." : "Lines that you gave:");
            for (GivenLine line : lines.given()) {
                terminal.say("  " + LineWording.given(line));
            }
            terminal.say(lines.held().isEmpty() ? "No lines were given to you." : "Lines that were given to you:");
            for (HeldLine line : lines.held()) {
                terminal.say("  " + LineWording.held(line));
            }
            return ExitStatus.OK;
        }
    }

    /** Takes one. */
    @Command(
            name = "redeem",
            description = "Take a line that somebody gave you: a link in quotes, or the domain and thirteen words.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class RedeemCommand extends LineAction {
        @Parameters(arity = "1..*", paramLabel = "LINE", description = "The link, or the domain and thirteen words.")
        private List<String> address;

        @Option(names = "--one-way", description = "Do not give them a line to you in return.")
        private boolean oneWay;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            HeldLine held = CommonOptions.await(
                    terminal, "Redeeming", lines.redeem(String.join(" ", address), !oneWay), TIMEOUT_SECONDS);
            terminal.say("This is a line to " + Wording.name(held.issuer()) + ".");
            terminal.say(
                    held.bound()
                            ? "It rings. Call them: whodis phone call '"
                                    + held.issuer().name() + "'"
                            : "They have to say yes before it rings. Then call them: whodis phone call '"
                                    + held.issuer().name() + "'");
            return ExitStatus.OK;
        }
    }

    /** Says yes or no. */
    @Command(
            name = "approve",
            description = "Say yes to whoever redeemed a line that you gave; or no.",
            mixinStandardHelpOptions = true)
    static final class ApproveCommand extends OneLineAction {
        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Option(names = "--refuse", description = "Say no: the line is dead then, and watched.")
        private boolean refuse;

        @Override
        int run(Terminal terminal, Lines lines, GivenLine line)
                throws CliException, ExecutionException, InterruptedException {
            if (!line.isWaiting() || line.redeemer() == null) {
                throw new CliException(
                        ExitStatus.FAILED,
                        "Nobody waits for a yes on this line. It is "
                                + LineWording.state(line.facts().state()) + ".");
            }
            terminal.say("Line " + line.id().shortForm() + ", for " + line.note() + ", was redeemed by "
                    + LineWording.person(line.redeemer()) + ".");
            boolean approve = !refuse
                    && (yes || terminal.confirm("Is that whom you gave it to? Ask them by another way if in doubt."));
            if (!approve && !refuse) {
                terminal.say("Nothing was decided. To say no for good: whodis line approve "
                        + line.id().shortForm() + " --refuse");
                return ExitStatus.FAILED;
            }
            var _ = CommonOptions.await(terminal, "Deciding", lines.decide(line, approve), TIMEOUT_SECONDS);
            terminal.say(
                    approve ? "It rings for them from now on." : "Refused. Nobody can ring by this line any more.");
            return ExitStatus.OK;
        }
    }

    /** Ends one. */
    @Command(
            name = "withdraw",
            description =
                    "End a line. No other line changes. It stays as a silent alarm: you hear if somebody tries it.",
            mixinStandardHelpOptions = true)
    static final class WithdrawCommand extends OneLineAction {
        @Override
        int run(Terminal terminal, Lines lines, GivenLine line)
                throws CliException, ExecutionException, InterruptedException {
            var _ = CommonOptions.await(terminal, "Withdrawing", lines.withdraw(line.id()), TIMEOUT_SECONDS);
            terminal.say("Line " + line.id().shortForm() + " is withdrawn.");
            return ExitStatus.OK;
        }
    }

    /** Replaces one. */
    @Command(
            name = "renew",
            description = "Put a new line in the place of one, for its holder: their phone gets it by itself.",
            mixinStandardHelpOptions = true)
    static final class RenewCommand extends OneLineAction {
        @Override
        int run(Terminal terminal, Lines lines, GivenLine line)
                throws CliException, ExecutionException, InterruptedException {
            GivenLine renewed = CommonOptions.await(terminal, "Renewing", lines.renew(line.id()), TIMEOUT_SECONDS);
            terminal.say("Line " + renewed.id().shortForm() + " has taken the place of "
                    + line.id().shortForm() + "; its holder gets it by itself.");
            return ExitStatus.OK;
        }
    }

    /** Who tried what. */
    @Command(
            name = "incidents",
            description = "Show who tried lines that are not theirs: whose copy leaked, who, when, how often.",
            mixinStandardHelpOptions = true)
    static final class IncidentsCommand extends LineAction {
        @Parameters(arity = "0..1", paramLabel = "LINE", description = "One line only, to do something about it.")
        private @Nullable String which;

        @Option(names = "--done", description = "Forget the incidents of this line; you have seen them.")
        private boolean done;

        @Option(names = "--withdraw", description = "Withdraw this line.")
        private boolean withdraw;

        @Option(names = "--renew", description = "Give its holder another line in its place.")
        private boolean renew;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            if (which == null && (done || withdraw || renew)) {
                throw new CliException(ExitStatus.FAILED, "Say which line: whodis line incidents LINE --done");
            }
            List<GivenLine> shown = which == null ? lines.given() : List.of(find(lines.given(), which));
            boolean any = false;
            for (GivenLine line : shown) {
                if (!line.incidents().isEmpty()) {
                    any = true;
                    show(terminal, line);
                }
            }
            if (!any) {
                terminal.say("Nobody tried a line that is not theirs.");
            }
            if (which != null) {
                act(terminal, lines, shown.getFirst());
            }
            return ExitStatus.OK;
        }

        private static void show(Terminal terminal, GivenLine line) {
            terminal.say("THE COPY OF " + (line.note().isEmpty() ? "(no note)" : line.note()) + ", line "
                    + line.id().shortForm() + " ("
                    + LineWording.state(line.facts().state()) + "):");
            for (LineIncident incident : line.incidents()) {
                terminal.say("  " + LineWording.incident(incident));
            }
            terminal.say("  Do something about it: whodis line incidents "
                    + line.id().shortForm() + " --withdraw | --renew | --done");
        }

        private void act(Terminal terminal, Lines lines, GivenLine line)
                throws CliException, ExecutionException, InterruptedException {
            if (renew) {
                GivenLine renewed = CommonOptions.await(terminal, "Renewing", lines.renew(line.id()), TIMEOUT_SECONDS);
                terminal.say("Renewed: " + LineWording.given(renewed));
            } else if (withdraw) {
                var _ = CommonOptions.await(terminal, "Withdrawing", lines.withdraw(line.id()), TIMEOUT_SECONDS);
                terminal.say("Withdrawn.");
            }
            if (done) {
                var _ = CommonOptions.await(terminal, "Noting", lines.acknowledge(line.id()), TIMEOUT_SECONDS);
                terminal.say("Noted.");
            }
        }
    }

    /** When not to be rung. */
    @Command(
            name = "quiet",
            description = "Set the hours in which nobody rings you but favourites; calls are missed calls then.",
            mixinStandardHelpOptions = true)
    static final class QuietCommand extends LineAction {
        @Parameters(
                arity = "0..*",
                paramLabel = "SPAN",
                description =
                        "Such as 'mon-fri 22:00-24:00' 'mon-sun 00:00-06:30'; or: off. Without it the present ones"
                                + " are shown.")
        private List<String> spans = new ArrayList<>();

        @Option(names = "--to-desk", description = "All calls but those of favourites go to the desk.")
        private boolean toDesk;

        @Option(names = "--not-to-desk", description = "Calls ring here again.")
        private boolean notToDesk;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            LineSettings settings = lines.settings();
            if (!spans.isEmpty() || toDesk || notToDesk) {
                WeeklyHours quiet = spans.isEmpty()
                        ? settings.quiet()
                        : spans.equals(List.of("off")) ? WeeklyHours.NEVER : HoursText.parse(spans);
                settings = CommonOptions.await(
                        terminal,
                        "Setting",
                        lines.change(now -> now.withQuiet(quiet, !notToDesk && (toDesk || now.sendToDesk()))),
                        TIMEOUT_SECONDS);
            }
            terminal.say("Quiet: " + HoursText.text(settings.quiet()) + ".");
            terminal.say(settings.sendToDesk() ? "Calls go to the desk." : "Calls ring here.");
            return ExitStatus.OK;
        }
    }

    /** Who rings through. */
    @Command(
            name = "favourite",
            description =
                    "Let somebody of your office ring through quiet hours and past the desk. For others make the line"
                            + " with --any-time.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class FavouriteCommand extends LineAction {
        @Parameters(arity = "1..*", paramLabel = "NAME", description = "Somebody of your office.")
        private List<String> name;

        @Option(names = "--off", description = "Not any more.")
        private boolean off;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, PhoneException, ExecutionException, InterruptedException {
            PrincipalId who = holder(phone, lines, String.join(" ", name)).principal();
            var _ = CommonOptions.await(
                    terminal,
                    "Setting",
                    lines.change(now -> now.withFavourites(changed(now.favourites(), who, off))),
                    TIMEOUT_SECONDS);
            terminal.say(off ? "Quiet hours hold for them too." : "They ring through.");
            return ExitStatus.OK;
        }
    }

    /** Who does not. */
    @Command(
            name = "block",
            description =
                    "Never be rung by somebody, or by anybody of an office. They hear what they would hear if you were"
                            + " not there.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class BlockCommand extends LineAction {
        @Parameters(arity = "1..*", paramLabel = "NAME|DOMAIN", description = "A person, or the domain of an office.")
        private List<String> whom;

        @Option(names = "--off", description = "Not any more.")
        private boolean off;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, PhoneException, ExecutionException, InterruptedException {
            String text = String.join(" ", whom);
            boolean isOffice = OfficeDomain.isValid(text) && text.indexOf('.') >= 0 || text.startsWith("localhost:");
            PrincipalId person = isOffice ? null : holder(phone, lines, text).principal();
            var _ = CommonOptions.await(
                    terminal,
                    "Setting",
                    lines.change(now -> person == null
                            ? now.withBlockedOffices(changed(now.blockedOffices(), new OfficeDomain(text), off))
                            : now.withBlocked(changed(now.blocked(), person, off))),
                    TIMEOUT_SECONDS);
            terminal.say(off ? "Not blocked any more." : "Blocked.");
            return ExitStatus.OK;
        }
    }

    /** A request without a line. */
    @Command(
            name = "knock",
            description =
                    "Leave one short request at an office whose people gave you no line. It waits at their desk; you"
                            + " hear nothing unless they want you to.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class KnockCommand extends LineAction {
        @Parameters(index = "0", paramLabel = "DOMAIN", description = "The office.")
        private String domain;

        @Option(names = "--for", required = true, paramLabel = "NAME", description = "Whom it is for.")
        private String name;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "At most 280 bytes.")
        private List<String> text;

        @Override
        int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            String office = domain.toLowerCase(Locale.ROOT);
            if (!OfficeDomain.isValid(office)) {
                throw new CliException(ExitStatus.FAILED, "\"" + domain + "\" is no domain of an office.");
            }
            String message = String.join(" ", text);
            if (!org.whodis.core.identity.DisplayText.isValid(message, 1, 280)
                    || !org.whodis.core.identity.DisplayText.isValid(name, 1, 128)) {
                throw new CliException(
                        ExitStatus.FAILED,
                        "A knock has a name of at most 128 and a text of at most 280 bytes, all of which can be seen.");
            }
            var _ = CommonOptions.await(
                    terminal, "Knocking", lines.knock(new OfficeDomain(office), name, message), TIMEOUT_SECONDS);
            terminal.say(
                    "It was left at " + office + ", if that office takes such requests. You hear from them, or not.");
            return ExitStatus.OK;
        }
    }

    /** A command about one line that this person gave. */
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    abstract static class OneLineAction extends LineAction {
        @Parameters(
                arity = "1..*",
                paramLabel = "LINE",
                description = "The first digits that 'whodis line list' shows, or a part of the note.")
        private List<String> which;

        abstract int run(Terminal terminal, Lines lines, GivenLine line)
                throws CliException, ExecutionException, InterruptedException;

        @Override
        final int run(Terminal terminal, Phone phone, Lines lines)
                throws CliException, ExecutionException, InterruptedException {
            return run(terminal, lines, find(lines.given(), String.join(" ", which)));
        }
    }

    static GivenLine find(List<GivenLine> lines, String wanted) throws CliException {
        String text = wanted.toLowerCase(Locale.ROOT).strip();
        List<GivenLine> found = new ArrayList<>();
        for (GivenLine line : lines) {
            boolean byId = text.length() >= 4 && line.id().value().hex().startsWith(text);
            if (byId || !text.isEmpty() && line.note().toLowerCase(Locale.ROOT).contains(text)) {
                found.add(line);
            }
        }
        if (found.size() > 1) {
            // One that still works is meant rather than those that it replaced.
            List<GivenLine> alive = found.stream()
                    .filter(line -> line.facts().state() != LineFacts.State.WITHDRAWN
                            && line.facts().state() != LineFacts.State.REFUSED)
                    .toList();
            found = alive.size() == 1 ? alive : found;
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        StringBuilder message = new StringBuilder(
                found.isEmpty() ? "You gave no such line." : "\"" + wanted + "\" fits " + found.size() + " lines.");
        for (GivenLine line : found.isEmpty() ? lines : found) {
            message.append(System.lineSeparator()).append("  ").append(LineWording.given(line));
        }
        throw new CliException(ExitStatus.FAILED, message.toString());
    }

    static LineHolder holder(Phone phone, Lines lines, String name) throws CliException, PhoneException {
        List<Contact> known = new ArrayList<>(phone.contacts());
        for (HeldLine line : lines.held()) {
            known.add(line.issuer());
        }
        Contact contact = CallCommand.choose(known, name);
        return new LineHolder(contact.principal(), contact.chain().genesis().officeDomain());
    }

    private static <T> List<T> changed(List<T> before, T item, boolean off) {
        List<T> out = new ArrayList<>(before);
        out.remove(item);
        if (!off) {
            out.add(item);
        }
        return out;
    }
}
