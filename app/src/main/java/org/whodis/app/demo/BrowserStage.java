package org.whodis.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.whodis.office.EnrolledPrincipal;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;

/**
 * An office for two people with two browsers on this machine: a link for each, and whoever sits at the terminal is the
 * operator, who types the words that a browser shows.
 */
final class BrowserStage implements AutoCloseable {
    private static final Duration INVITATIONS_LAST = Duration.ofHours(12);

    private final Office office;
    private final LocalDoor door;
    private final Narrator narrator;

    private BrowserStage(Office office, LocalDoor door, Narrator narrator) {
        this.office = office;
        this.door = door;
        this.narrator = narrator;
    }

    static BrowserStage open(Path folder, Narrator narrator) throws IOException, OfficeException {
        LocalDoor door = LocalDoor.open();
        try {
            Office office = Office.start(OfficeConfig.onLoopback(folder)
                    .withBind(reachable().getHostAddress())
                    .withDomain("localhost:" + door.port()));
            door.leadTo(office.httpsAddress());
            return new BrowserStage(office, door, narrator);
        } catch (OfficeException e) {
            door.close();
            throw e;
        }
    }

    /**
     * An address of this machine in its own network, else the loopback: Firefox makes no media connection to the loopback.
     */
    private static InetAddress reachable() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(BrowserStage::isUp)
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && address.isSiteLocalAddress())
                .findFirst()
                .orElse(InetAddress.getLoopbackAddress());
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback() && !network.isPointToPoint();
        } catch (SocketException e) {
            return false;
        }
    }

    /** A link with which {@code name} joins in a browser of this machine; it works once. */
    URI invite(String name, String title) throws OfficeException {
        String link = office.invite(name, title, INVITATIONS_LAST).link();
        // The door takes both; browsers know no certificate for the other.
        return URI.create(link.replaceFirst("^https:", "http:"));
    }

    /** Prints the links, opens the first where there is a desktop, and confirms whoever's words are typed, until the input ends. */
    void run(List<Guest> guests, @Nullable BufferedReader typed) throws OfficeException, IOException {
        narrator.title("Now you: two people, two browsers, on this machine.");
        for (Guest guest : guests) {
            narrator.tell(guest.name(), guest.title() + ". Open this in " + guest.where() + ":");
            narrator.verbatim(guest.link().toString());
        }
        narrator.tell(
                "Join",
                "Each page shows four words. You are the operator: type the words that a page shows, and that person is in. Then"
                        + " let one call the other, and compare the words of the call. Use headphones, or both will hear"
                        + " each other twice.");
        narrator.tell(
                "Java phone",
                "Instead of a browser either of them can use the Java phone, with the link’s http: as https: —"
                        + " ./whodis phone enrol 'LINK'.");
        narrator.tell(
                "Elsewhere",
                "For people on other machines an office needs a name in the DNS and a certificate that browsers know;"
                        + " docs/operating-an-office.md says how. Never click a browser’s warning away for it.");
        narrator.tell("End", "Press Ctrl-C; then everything is stopped and deleted.");
        narrator.blank();
        Desktop.open(guests.getFirst().link().toString());
        if (typed != null) {
            confirm(typed);
        }
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Somebody who is to join. */
    record Guest(String name, String title, URI link, String where) {}

    private void confirm(BufferedReader typed) throws IOException {
        for (String line = typed.readLine(); line != null; line = typed.readLine()) {
            String words = words(line);
            if (words.isEmpty()) {
                continue;
            }
            try {
                EnrolledPrincipal in = office.confirm(words);
                narrator.tell("Confirmed", in.name() + " is in.");
            } catch (OfficeException e) {
                narrator.tell(
                        "", "Nobody waits with the words “" + words + "”. Type all four, as the page shows them.");
            }
        }
    }

    /** However they were typed. */
    static String words(String line) {
        return String.join(
                " ",
                Stream.of(line.strip().toLowerCase(Locale.ROOT).split("[\\s,.;]+"))
                        .filter(word -> !word.isEmpty())
                        .toList());
    }

    Office office() {
        return office;
    }

    @Override
    public void close() throws IOException {
        door.close();
        office.close();
    }
}
