package org.whodis.core.identity;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A genesis with the signatures of the device and of the office (protocol section 2). The office signs only after its
 * operator has confirmed the words that the device showed.
 *
 * <pre>
 *   struct {
 *       opaque genesis&lt;V&gt;;
 *       HybridSignature by_device;        label "Whodis 1 Genesis by device"
 *       HybridSignature by_office;        label "Whodis 1 Genesis by office"
 *   } SignedGenesis;
 * </pre>
 *
 * @param genesis the encoded {@link Genesis}: what was signed is what came
 */
public record SignedGenesis(Bytes genesis, HybridSignature byDevice, HybridSignature byOffice) implements Encodable {
    public static final String BY_DEVICE = "Whodis 1 Genesis by device";
    public static final String BY_OFFICE = "Whodis 1 Genesis by office";
    public static final int MAX_LENGTH = 2 + Genesis.MAX_LENGTH + 2 * HybridSignature.LENGTH;

    public SignedGenesis {
        Check.require(genesis.length() <= Genesis.MAX_LENGTH, "a genesis of " + genesis.length() + " bytes");
    }

    @Override
    public void write(WireWriter out) {
        out.vector(genesis);
        byDevice.write(out);
        byOffice.write(out);
    }

    public static SignedGenesis read(WireReader in) throws DecodeException {
        return new SignedGenesis(in.vector(Genesis.MAX_LENGTH), HybridSignature.read(in), HybridSignature.read(in));
    }

    public static SignedGenesis decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedGenesis::read);
    }
}
