package org.whodis.core.identity;

import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** What a device is, which the other side is shown: a browser trusts its own office for the code it runs. */
public enum DeviceKind {
    JAVA_PHONE(1),
    BROWSER(2);

    private final int code;

    DeviceKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public void write(WireWriter out) {
        out.uint8(code);
    }

    public static DeviceKind read(WireReader in) throws DecodeException {
        int code = in.uint8();
        for (DeviceKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new DecodeException("DeviceKind " + code);
    }
}
