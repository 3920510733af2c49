package org.whodis.core.wire;

/**
 * A structure of the protocol: what {@link #write} puts down, the type's static {@code read} takes up again, and its
 * static {@code decode} demands that nothing is left over.
 */
public interface Encodable {
    /** Appends the structure to {@code out}. */
    void write(WireWriter out);

    /** The structure by itself. */
    default Bytes encode() {
        WireWriter out = new WireWriter();
        write(out);
        return out.toBytes();
    }
}
