package org.whodis.verify.endtoend;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.whodis.office.Office;
import org.whodis.relay.udp.UdpRelay;

/**
 * Holds the thread of an office's relay up, as a fault would that nobody has foreseen: it is alive, its port is open, and
 * it forwards nothing. The program has no handle for that, and needs none but here: this reaches for it by reflection.
 */
final class StuckRelay implements AutoCloseable {
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private volatile Thread thread;

    StuckRelay(Office office) throws Exception {
        Field ofOffice = Office.class.getDeclaredField("relay");
        ofOffice.setAccessible(true);
        UdpRelay relay = (UdpRelay) ofOffice.get(office);
        Field ofRelay = UdpRelay.class.getDeclaredField("running");
        ofRelay.setAccessible(true);
        Object running = ofRelay.get(relay);
        Method commands = running.getClass().getDeclaredMethod("commands");
        commands.setAccessible(true);
        Constructor<?> reserve =
                Class.forName(UdpRelay.class.getName() + "$Command$Reserve").getDeclaredConstructors()[0];
        reserve.setAccessible(true);
        @SuppressWarnings("unchecked") // the relay's own commands
        BlockingQueue<Object> queue = (BlockingQueue<Object>) commands.invoke(running);
        queue.add(reserve.newInstance(new Trap()));
        relay.nudge();
        if (!stuck.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the relay has not taken the command");
        }
    }

    /** Whether the thread is still where it was caught. */
    boolean isStuck() {
        return thread.isAlive() && goesOn.getCount() > 0;
    }

    /** Lets it go on; returns when it has ended, as one does that was replaced. */
    void goOnToItsEnd() throws InterruptedException {
        goesOn.countDown();
        thread.join();
    }

    @Override
    public void close() {
        goesOn.countDown();
    }

    /** Asked by the relay's thread whether somebody still waits for the command. */
    private final class Trap extends CompletableFuture<Integer> {
        @Override
        public boolean isCancelled() {
            thread = Thread.currentThread();
            stuck.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }
}
