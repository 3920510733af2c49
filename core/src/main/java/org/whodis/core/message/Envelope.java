package org.whodis.core.message;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A call message on its way through the office (protocol section 4).
 *
 * <pre>
 *   struct {
 *       opaque id[16];                    random; the office applies an id once
 *       opaque from[32]; opaque from_device[32];
 *       opaque to[32];
 *       opaque to_device&lt;V&gt;;              empty: all devices of `to`; else 32 bytes
 *       opaque call_id[16];
 *       uint64 deadline;
 *       opaque message&lt;V&gt;;                one CallMessage of section 5
 *   } Envelope;
 * </pre>
 *
 * @param toDevice null for all devices of {@code to}
 * @param deadline until when it is worth delivering
 * @param message the encoded {@link CallMessage}
 */
public record Envelope(
        EnvelopeId id,
        PrincipalId from,
        DeviceId fromDevice,
        PrincipalId to,
        @Nullable DeviceId toDevice,
        CallId callId,
        long deadline,
        Bytes message)
        implements Encodable {
    public static final int MAX_LENGTH = EnvelopeId.LENGTH
            + 2 * PrincipalId.LENGTH
            + DeviceId.LENGTH
            + (1 + DeviceId.LENGTH)
            + CallId.LENGTH
            + 8
            + (4 + CallMessage.MAX_LENGTH);

    public Envelope {
        Check.time(deadline, "deadline");
        Check.require(message.length() <= CallMessage.MAX_LENGTH, "a message of " + message.length() + " bytes");
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(id.value()).fixed(from.value()).fixed(fromDevice.value()).fixed(to.value());
        out.vector(toDevice == null ? Bytes.EMPTY : toDevice.value());
        out.fixed(callId.value()).uint64(deadline).vector(message);
    }

    public static Envelope read(WireReader in) throws DecodeException {
        return new Envelope(
                EnvelopeId.read(in),
                PrincipalId.read(in),
                DeviceId.read(in),
                PrincipalId.read(in),
                readToDevice(in),
                CallId.read(in),
                Check.readTime(in),
                in.vector(CallMessage.MAX_LENGTH));
    }

    public static Envelope decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Envelope::read);
    }

    private static @Nullable DeviceId readToDevice(WireReader in) throws DecodeException {
        Bytes id = in.vector(DeviceId.LENGTH);
        if (id.isEmpty()) {
            return null;
        }
        if (id.length() != DeviceId.LENGTH) {
            throw new DecodeException("to_device of " + id.length() + " bytes");
        }
        return new DeviceId(id);
    }
}
