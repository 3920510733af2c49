package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;

/**
 * One world: offices, phones, the network between, people and faults, in one thread and in virtual time. It is disturbed for
 * as long as the scenario says; then everything heals, what was begun ends, and two people must be able to call each other.
 *
 * <p>Whatever happens is an event in one queue, ordered by time and then by when it was put there. Chance comes from streams
 * that are derived from the seed and a name, so that leaving out one fault does not change what the others do.
 */
final class World {
    /** 2026-11-22T00:00:00Z. */
    static final long BEGIN = 1_795_305_600_000L;

    /** From healing to the last call: longer than any timer of a call. */
    private static final long SETTLE_MILLIS = 120_000;

    private static final long AUDIT_MILLIS = 1_000;

    /** A world that has not ended by then never will: six minutes are some ten thousand. */
    private static final long MAX_EVENTS_PER_MINUTE = 60_000;

    /** A call that nobody mentions is forgotten by its office after an hour, and an hour after that altogether. */
    private static final long FORGOTTEN_MILLIS = 2L * 60 * 60 * 1000 + 120_000;

    private static final int FORGETTING_WORLDS = 16;

    private final Scenario scenario;
    private final Cast cast;
    private final Tally tally = new Tally();
    private final Timeline timeline;
    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final Set<Fault> planned;
    private final Judge judge;
    private final Network network;
    private final People people;
    private final Lines lines;
    private final List<OfficeNode> offices = new ArrayList<>();
    private final Map<DeviceId, PhoneNode> phones = new LinkedHashMap<>();
    private final @Nullable Meddler meddler;
    private long now = BEGIN;
    private long order;
    private boolean healed;
    private long frames;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private World(Scenario scenario, Cast cast, boolean keepTimeline) {
        this.scenario = scenario;
        this.cast = cast;
        this.timeline = new Timeline(keepTimeline);
        this.planned = Fault.plan(stream("plan"));
        if (scenario.offices() < 2) {
            this.planned.remove(Fault.ROGUE_OFFICE);
        }
        this.planned.removeAll(scenario.without());
        this.judge = new Judge(this, tally);
        this.network = new Network(this);
        this.meddler = planned.contains(Fault.HOSTILE_OFFICE) ? new Meddler(this) : null;
        this.people = new People(this);
        this.lines = new Lines(this);
        begin("office", cast.firm, cast.enrolled());
        if (isFederated()) {
            begin("ministry", cast.ministry, cast.abroad);
        }
    }

    private void begin(String name, Cast.Firm firm, List<Cast.Person> enrolled) {
        OfficeNode office = new OfficeNode(this, name, firm, enrolled);
        offices.add(office);
        for (Cast.Person person : enrolled) {
            if (person.isHonest || planned.contains(Fault.HOSTILE_PEER)) {
                for (int i = 0; i < person.devices.size(); i++) {
                    phones.put(person.devices.get(i), new PhoneNode(this, office, person, i));
                }
            }
        }
    }

    /** How a world ended. */
    record Ending(
            Scenario scenario,
            Tally tally,
            Timeline timeline,
            Set<Fault> faults,
            @Nullable Violation violation) {}

    /** Lives a world from its beginning to its end or to the first violation. */
    static Ending live(Scenario scenario, Cast cast, boolean keepTimeline) {
        return live(scenario, cast, keepTimeline, World::live);
    }

    /** A world in which nothing goes wrong but that the two offices lose each other for an hour in the middle of a call. */
    static Ending anHourApart(long seed, Cast cast) {
        Scenario calm =
                new Scenario(seed, Scenario.DEFAULT_HOURS / 10, 2, EnumSet.allOf(Fault.class), Integer.MAX_VALUE);
        return live(calm, cast, true, world -> {
            world.live();
            new LastCall(world).mustEndWhenTheOfficesAreApart(60 * 60 * 1000);
            world.judge.inTheEnd();
            new LastCall(world).mustWork();
        });
    }

    private static Ending live(Scenario scenario, Cast cast, boolean keepTimeline, Consumer<World> life) {
        World world = new World(scenario, cast, keepTimeline);
        Violation violation = null;
        try {
            life.accept(world);
        } catch (Violation found) {
            violation = found;
        } catch (RuntimeException | Error fault) {
            violation = new Violation("nothing fails by itself", fault);
        } finally {
            world.offices.forEach(OfficeNode::close);
        }
        world.tally.worlds = 1;
        world.tally.virtualMillis = world.now - BEGIN;
        world.planned.forEach(fault -> world.tally.faults.put(fault, 1L));
        return new Ending(scenario, world.tally, world.timeline, world.planned, violation);
    }

    private void live() {
        long disturbance = (long) (scenario.hours() * 60 * 60 * 1000);
        Random starts = stream("starts");
        phones().forEach(phone -> in(starts.nextInt(2_000), phone::start));
        in(AUDIT_MILLIS, this::audit);
        people.begin(BEGIN + disturbance);
        new Faults(this).begin(BEGIN + disturbance);
        if (has(Fault.HOSTILE_PEER)) {
            new HostilePeer(this).begin();
        }
        if (has(Fault.ROGUE_OFFICE)) {
            new RogueOffice(this).begin();
        }
        if (has(Fault.STRANGER)) {
            new Stranger(this).begin();
        }
        runUntil(BEGIN + disturbance);
        heal();
        runUntil(now + SETTLE_MILLIS / 2);
        people.hangUpAll();
        runUntil(now + SETTLE_MILLIS / 2);
        judge.inTheEnd();
        new LastCall(this).mustWork();
        judge.inTheEnd();
        if (isFederated()) {
            new Exchange(this).mustHold();
        }
        if (Math.floorMod(scenario.seed(), FORGETTING_WORLDS) == 0) {
            forget();
        }
    }

    private void heal() {
        timeline.fault(now, "everything heals");
        healed = true;
        network.heal();
        for (OfficeNode office : offices) {
            office.clockIsOff(0);
            office.startIfDead();
        }
        for (PhoneNode phone : phones()) {
            if (!phone.clockIsRight()) {
                phone.clockIsOff(0);
                judge.jumped(phone);
            }
            if (isHostile(phone.office())) {
                // What the office had withheld or invented in these sessions ends with them.
                phone.cut();
            }
            phone.start();
        }
    }

    /** Nobody is there any more: in the end an office has forgotten all calls. */
    private void forget() {
        phones().forEach(PhoneNode::die);
        runUntil(now + FORGOTTEN_MILLIS);
        for (OfficeNode office : offices) {
            if (office.openCalls() != 0) {
                throw new Violation("an office forgets calls", office.openCalls() + " are open", null);
            }
            for (PhoneNode phone : phones()) {
                if (!isHostile(office) && phone.isHonest() && office.queued(phone.id()) != 0) {
                    throw new Violation(
                            "queues are bounded", office.queued(phone.id()) + " wait for " + phone + " for ever", null);
                }
            }
        }
    }

    private void audit() {
        judge.audit();
        in(AUDIT_MILLIS, this::audit);
    }

    void runUntil(long end) {
        long most = MAX_EVENTS_PER_MINUTE * (2 + (end - BEGIN) / 60_000);
        while (!queue.isEmpty() && queue.peek().at() <= end) {
            Event next = queue.remove();
            now = Math.max(now, next.at());
            next.action().run();
            if (++tally.events > most) {
                throw new Violation("a world comes to rest", tally.events + " events", null);
            }
        }
        now = end;
    }

    // What everybody in the world uses --------------------------------------------------------------------------------

    long now() {
        return now;
    }

    void in(long millis, Runnable action) {
        at(now + millis, action);
    }

    void at(long when, Runnable action) {
        queue.add(new Event(when, order++, action));
    }

    /** A seed for whatever bears this name. */
    long mix(String name) {
        long mixed = scenario.seed() * 0x9E3779B97F4A7C15L + name.hashCode();
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    Random stream(String name) {
        return new Random(mix(name));
    }

    long nextFrame() {
        return ++frames;
    }

    Scenario scenario() {
        return scenario;
    }

    Tally tally() {
        return tally;
    }

    Cast cast() {
        return cast;
    }

    Primitives primitives() {
        return cast.primitives;
    }

    Timeline timeline() {
        return timeline;
    }

    Judge judge() {
        return judge;
    }

    Network network() {
        return network;
    }

    People people() {
        return people;
    }

    /** The hostile hand in {@code office}, as long as it is there. */
    @Nullable
    Meddler meddler(OfficeNode office) {
        return healed || office != offices.getLast() ? null : meddler;
    }

    /** Whether {@code office} is or was in a hostile hand. */
    boolean isHostile(@Nullable OfficeNode office) {
        return meddler != null && office == offices.getLast();
    }

    Lines lines() {
        return lines;
    }

    boolean isFederated() {
        return scenario.offices() > 1;
    }

    /** The honest people of all offices. */
    List<Cast.Person> honest() {
        List<Cast.Person> all = new ArrayList<>(cast.honest);
        if (isFederated()) {
            all.addAll(cast.abroad);
        }
        return all;
    }

    @Nullable
    OfficeNode officeAt(String domain) {
        for (OfficeNode office : offices) {
            if (office.firm.domain.value().equals(domain)) {
                return office;
            }
        }
        return null;
    }

    /** Whoever can be found at {@code domain}. */
    Cast.@Nullable Firm firmAt(String domain) {
        OfficeNode office = officeAt(domain);
        boolean isRogue = cast.rogue.domain.value().equals(domain) && has(Fault.ROGUE_OFFICE);
        return office != null ? office.firm : isRogue ? cast.rogue : null;
    }

    boolean isHealed() {
        return healed;
    }

    /** Whether this goes wrong now. */
    boolean has(Fault fault) {
        return !healed && planned.contains(fault);
    }

    /** Whether it does or did. */
    boolean had(Fault fault) {
        return planned.contains(fault);
    }

    boolean isUndisturbed() {
        return planned.isEmpty() && !network.hasParted();
    }

    boolean isSlow() {
        return had(Fault.DELAY) || had(Fault.PARTITION);
    }

    List<OfficeNode> offices() {
        return offices;
    }

    List<PhoneNode> phones() {
        return List.copyOf(phones.values());
    }

    List<PhoneNode> honestPhones() {
        return phones().stream().filter(PhoneNode::isHonest).toList();
    }

    List<PhoneNode> phonesOf(Cast.Person person) {
        return phones().stream().filter(phone -> phone.person() == person).toList();
    }

    @Nullable
    PhoneNode phone(DeviceId device) {
        return phones.get(device);
    }

    @Nullable
    PhoneNode phoneNamed(String name) {
        for (PhoneNode phone : phones.values()) {
            if (phone.name().equals(name)) {
                return phone;
            }
        }
        return null;
    }

    boolean isKnownDevice(String name) {
        return phoneNamed(name) != null;
    }

    boolean isHonest(PrincipalId principal) {
        for (Cast.Person person : honest()) {
            if (person.principal().equals(principal)) {
                return true;
            }
        }
        return false;
    }

    /** A frame leaves a relay for a member. */
    void toMember(DeviceId device, CallId call, Bytes frame) {
        PhoneNode phone = phones.get(device);
        if (phone != null) {
            network.datagram(phone.name(), () -> phone.frameArrived(call, frame));
        }
    }
}
