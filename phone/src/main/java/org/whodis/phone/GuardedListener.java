package org.whodis.phone;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the faults of a listener to itself. What the phone has still to do when it tells something, such as to stop sending
 * after an alarm, does not depend on who listens.
 */
final class GuardedListener implements PhoneListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final PhoneListener listener;

    GuardedListener(PhoneListener listener) {
        this.listener = listener;
    }

    @Override
    public void on(PhoneEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            LOG.error(
                    "a fault of who listens to the phone, at {}",
                    event.getClass().getSimpleName(),
                    e);
        }
    }
}
