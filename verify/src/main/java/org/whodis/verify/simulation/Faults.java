package org.whodis.verify.simulation;

import java.util.List;
import java.util.Random;

/** Brings the planned faults that have a moment: cuts, partings, crashes, clocks. Each kind has its own stream of chance. */
final class Faults {
    private static final long DAY = 24L * 60 * 60 * 1000;
    private static final int HOUR = 60 * 60 * 1000;

    private final World world;

    Faults(World world) {
        this.world = world;
    }

    void begin(long end) {
        several(Fault.CUT, 8, end, random -> {
            PhoneNode phone = any(random);
            world.timeline().fault(world.now(), "the connection of " + phone + " is cut");
            phone.cut();
        });
        several(Fault.PARTITION, 4, end, random -> {
            PhoneNode phone = any(random);
            int millis = 1_000 + random.nextInt(60_000);
            world.timeline().fault(world.now(), phone + " cannot reach its office for " + millis + " ms");
            world.network().part(phone.name(), millis);
        });
        several(
                Fault.OFFICE_CRASH,
                4,
                end,
                random -> world.offices()
                        .get(random.nextInt(world.offices().size()))
                        .dieSoon());
        several(Fault.PHONE_CRASH, 4, end, random -> {
            PhoneNode phone = any(random);
            phone.die();
            world.in(500 + random.nextInt(20_000), phone::start);
        });
        several(Fault.VANISH, 2, end, random -> any(random).die());
        several(Fault.CLOCK_JUMP, 3, end, this::jump);
        if (world.isFederated()) {
            betweenOffices(end);
        }
    }

    private void betweenOffices(long end) {
        several(Fault.CUT, "fault between offices: cut", 6, end, _ -> {
            world.timeline().fault(world.now(), "the connections between the offices are cut");
            world.offices()
                    .forEach(
                            office -> office.links().forEach(each -> each.link().cut()));
        });
        several(Fault.PARTITION, "fault between offices: partition", 3, end, random -> {
            int millis = random.nextInt(4) == 0 ? HOUR : 1_000 + random.nextInt(60_000);
            world.timeline().fault(world.now(), "the offices cannot reach each other for " + millis + " ms");
            world.network().part(Network.OFFICES, millis);
        });
    }

    private void jump(Random random) {
        long off = random.nextInt(3) == 0 ? random.nextInt(600_000) - 300_000 : random.nextLong(2 * DAY) - DAY;
        int millis = 2_000 + random.nextInt(60_000);
        if (random.nextBoolean()) {
            OfficeNode office =
                    world.offices().get(random.nextInt(world.offices().size()));
            world.timeline().fault(world.now(), "the clock of " + office.name() + " is off by " + off + " ms");
            office.clockIsOff(off);
            world.in(millis, () -> {
                world.timeline().fault(world.now(), "the clock of " + office.name() + " is right again");
                office.clockIsOff(0);
            });
        } else {
            PhoneNode phone = any(random);
            world.timeline().fault(world.now(), "the clock of " + phone + " is off by " + off + " ms");
            phone.clockIsOff(off);
            world.judge().jumped(phone);
            world.in(millis, () -> {
                world.timeline().fault(world.now(), "the clock of " + phone + " is right again");
                phone.clockIsOff(0);
                world.judge().jumped(phone);
            });
        }
    }

    private interface Blow {
        void strike(Random random);
    }

    private void several(Fault fault, int most, long end, Blow blow) {
        several(fault, "fault " + fault, most, end, blow);
    }

    private void several(Fault fault, String stream, int most, long end, Blow blow) {
        Random random = world.stream(stream);
        if (!world.has(fault)) {
            return;
        }
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            long when = world.now() + 2_000 + (long) ((end - world.now() - 2_000) * random.nextDouble());
            world.at(when, () -> {
                if (!world.isHealed()) {
                    blow.strike(random);
                }
            });
        }
    }

    private PhoneNode any(Random random) {
        List<PhoneNode> all = world.phones();
        return all.get(random.nextInt(all.size()));
    }
}
