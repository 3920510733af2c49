package org.whodis.phone;

/** Hears what happens. Called on the phone's own thread: must return soon, and may call the phone. */
@FunctionalInterface
public interface PhoneListener {
    void on(PhoneEvent event);
}
