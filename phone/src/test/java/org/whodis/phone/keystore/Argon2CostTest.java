package org.whodis.phone.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

class Argon2CostTest {
    /** Of the reference implementation's own test suite: Argon2id, version 0x13, t=2, m=256 KiB, p=1, 32 bytes. */
    @Test
    void stretchingAgreesWithTheReferenceImplementation() {
        Secret key = new Argon2Cost(256, 2, 1).stretch(text("password"), Bytes.utf8("somesalt"));
        assertThat(Bytes.of(key.expose()).hex())
                .isEqualTo("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
    }

    @Test
    void passphraseSaltAndEveryCostChangeTheKey() {
        Secret key = new Argon2Cost(64, 2, 1).stretch(text("password"), Bytes.utf8("somesalt"));
        assertThat(key).isNotEqualTo(new Argon2Cost(64, 2, 1).stretch(text("passwore"), Bytes.utf8("somesalt")));
        assertThat(key).isNotEqualTo(new Argon2Cost(64, 2, 1).stretch(text("password"), Bytes.utf8("somesalz")));
        assertThat(key).isNotEqualTo(new Argon2Cost(64, 3, 1).stretch(text("password"), Bytes.utf8("somesalt")));
        assertThat(key).isNotEqualTo(new Argon2Cost(72, 2, 1).stretch(text("password"), Bytes.utf8("somesalt")));
    }

    private static Secret text(String value) {
        return Secret.owning(value.getBytes(StandardCharsets.UTF_8));
    }
}
