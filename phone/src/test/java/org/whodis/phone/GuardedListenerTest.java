package org.whodis.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedListenerTest {
    @Test
    void aFaultOfTheListenerDoesNotReachThePhoneAndItHearsWhatComesAfter() {
        List<PhoneEvent> heard = new ArrayList<>();
        PhoneListener guarded = new GuardedListener(event -> {
            heard.add(event);
            throw new IllegalStateException("a screen that is gone");
        });
        guarded.on(new PhoneEvent.Offline("one"));
        guarded.on(new PhoneEvent.Offline("two"));
        assertThat(heard).containsExactly(new PhoneEvent.Offline("one"), new PhoneEvent.Offline("two"));
    }
}
