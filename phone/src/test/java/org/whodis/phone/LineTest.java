package org.whodis.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;

class LineTest {
    private static final CallId CALL = new CallId(Bytes.of(new byte[16]));

    @Test
    void aCallThatRangWhenThePhoneWasKilledRingsNoSecondTime() {
        assertThat(Line.isForThisRun(Set.of(CALL), delivery(Delivery.Kind.LIVE)))
                .isFalse();
        assertThat(Line.isForThisRun(Set.of(), delivery(Delivery.Kind.LIVE))).isTrue();
    }

    @Test
    void aCallThatRangWhenThePhoneWasKilledIsStillToldAsMissed() {
        assertThat(Line.isForThisRun(Set.of(CALL), delivery(Delivery.Kind.MISSED)))
                .isTrue();
    }

    private static Delivery delivery(Delivery.Kind kind) {
        Bytes id = Bytes.of(new byte[32]);
        return new Delivery(
                1,
                kind,
                0,
                new Envelope(
                        new EnvelopeId(Bytes.of(new byte[16])),
                        new PrincipalId(id),
                        new DeviceId(id),
                        new PrincipalId(id),
                        null,
                        CALL,
                        0,
                        Bytes.EMPTY));
    }
}
