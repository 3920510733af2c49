package org.whodis.media.ice;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a message of any attributes, by the letter of RFC 8489, sections 14.5 and 14.7, and without our encoder. */
final class StunSigner {
    private StunSigner() {}

    static byte[] sign(byte[] message, byte[] key) throws Exception {
        ByteBuffer out = ByteBuffer.allocate(message.length + 32).put(message);
        out.putShort(2, (short) (message.length + 24 - 20));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        mac.update(out.array(), 0, message.length);
        out.putShort((short) 0x0008).putShort((short) 20).put(mac.doFinal());
        out.putShort(2, (short) (message.length + 32 - 20));
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, message.length + 24);
        out.putShort((short) 0x8028).putShort((short) 4).putInt((int) crc.getValue() ^ 0x5354554e);
        return out.array();
    }
}
