package org.whodis.core.crypto;

/** The hash functions that Whodis uses, with their output and block lengths in bytes (FIPS 180-4, FIPS 202). */
public enum HashAlgorithm {
    SHA256(32, 64),
    SHA384(48, 128),
    SHA512(64, 128),
    SHA3_256(32, 136);

    private final int length;
    private final int blockLength;

    HashAlgorithm(int length, int blockLength) {
        this.length = length;
        this.blockLength = blockLength;
    }

    public int length() {
        return length;
    }

    public int blockLength() {
        return blockLength;
    }
}
