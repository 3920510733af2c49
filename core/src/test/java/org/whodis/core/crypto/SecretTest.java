package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.whodis.core.wire.Bytes;

class SecretTest {
    private static final Bytes VALUE = Bytes.fromHex("5ec2e75ec2e75ec2");

    @Test
    void neverPrintsItself() {
        Secret secret = Secret.copyOf(VALUE);
        assertThat(secret).hasToString("Secret[8 bytes]");
        assertThat(new KeyPair(Bytes.EMPTY, secret).toString()).doesNotContain("5ec2");
        assertThat(new Encapsulation(secret, Bytes.EMPTY).toString()).doesNotContain("5ec2");
        assertThat(String.valueOf(secret.hashCode())).isEqualTo("8");
    }

    @Test
    void isEqualByValueAndComparesEveryByte() {
        Secret secret = Secret.copyOf(VALUE);
        assertThat(secret).isEqualTo(Secret.copyOf(VALUE)).hasSameHashCodeAs(Secret.copyOf(VALUE));
        assertThat(secret).isNotEqualTo(Secret.copyOf(VALUE.slice(0, 7))).isNotEqualTo(VALUE);
        for (int bit = 0; bit < 64; bit++) {
            byte[] other = VALUE.toArray();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(secret).isNotEqualTo(Secret.copyOf(other));
            assertThat(Secret.constantTimeEquals(VALUE, Bytes.of(other))).isFalse();
        }
        assertThat(Secret.constantTimeEquals(VALUE, Bytes.of(VALUE.toArray()))).isTrue();
        assertThat(Secret.constantTimeEquals(VALUE, VALUE.slice(0, 7))).isFalse();
        assertThat(Secret.constantTimeEquals(Bytes.EMPTY, Bytes.EMPTY)).isTrue();
    }

    @Test
    void isGoneOnceErased() {
        byte[] owned = VALUE.toArray();
        Secret secret = Secret.owning(owned);
        Secret slice = secret.slice(2, 4);
        secret.erase();
        assertThat(owned).containsOnly(0);
        assertThat(secret.isErased()).isTrue();
        assertThat(secret.length()).isEqualTo(8);
        assertThatThrownBy(secret::expose).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> secret.slice(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Secret.concat(slice, secret)).isInstanceOf(IllegalStateException.class);
        assertThat(slice).isEqualTo(Secret.copyOf(VALUE.slice(2, 4)));
    }

    @Test
    void anErasedSecretEqualsNothingButItself() {
        Secret erased = Secret.owning(new byte[4]);
        Secret zeros = Secret.owning(new byte[4]);
        erased.erase();
        assertThat(erased.equals(zeros)).isFalse();
        assertThat(zeros.equals(erased)).isFalse();
        assertThat(erased.equals(erased)).isTrue();
    }

    @Test
    void keepsItsOwnCopyUnlessToldOtherwise() {
        byte[] source = VALUE.toArray();
        Secret copy = Secret.copyOf(source);
        source[0] = 0;
        copy.expose()[1] = 0;
        assertThat(copy).isEqualTo(Secret.copyOf(VALUE));
    }

    @Test
    void slicesItsOwnRangesOnlyAndJoins() {
        Secret secret = Secret.copyOf(VALUE);
        assertThat(Secret.concat(secret.slice(0, 3), secret.slice(3, 3), secret.slice(3, 8)))
                .isEqualTo(secret);
        for (int[] range : new int[][] {{-1, 2}, {3, 2}, {2, 9}, {9, 9}}) {
            assertThatThrownBy(() -> secret.slice(range[0], range[1])).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
