package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.dpfs4j.memory.Memory;

/**
 * The arguments of fs-verity's commands ({@code linux/fsverity.h}). A guest sends what the pointers of the argument lead to
 * behind it:
 *
 * <pre>
 *   version 4 | algorithm 4 | block 4 | salt_size 4 | salt_ptr 8 | sig_size 4 | reserved 4 | sig_ptr 8 | reserved 88
 *   salt, salt_size bytes | signature, sig_size bytes
 * </pre>
 */
final class Verity {
    /** Bytes of {@code struct fsverity_enable_arg}. */
    static final int ENABLE_BYTES = 128;

    /** With all that a guest may send behind it: Linux takes 32 bytes of salt and about 16 KiB of signature. */
    static final int ENABLE_BYTES_MAX = ENABLE_BYTES + (32 << 10);

    /** FS_IOC_ENABLE_VERITY. */
    static final int ENABLE = 0x40806685;

    /** FS_IOC_MEASURE_VERITY. */
    static final int MEASURE = 0xC0046686;

    /** Bytes of {@code struct fsverity_digest} with the longest digest. */
    static final int MEASURE_BYTES = 68;

    private static final int SALT_SIZE = 12;
    private static final int SALT = 16;
    private static final int SIGNATURE_SIZE = 24;
    private static final int SIGNATURE = 32;

    /** {@code struct fsverity_digest} before its digest: algorithm 2, size 2. */
    private static final int DIGEST_HEAD = 4;

    private static final int DIGEST_SIZE = 2;
    private static final int DIGEST_MAX = 64;

    private Verity() {}

    /** Whether these are sizes of a {@code struct fsverity_digest} with room for a digest, or none. */
    static boolean measures(long taken, long given) {
        return taken >= DIGEST_HEAD && taken <= given && given <= MEASURE_BYTES;
    }

    /** Asks for the digest of a file; the room for it is what the argument says, within what there is. */
    static int measure(FileCalls calls, int fd, long argument) {
        var room = Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, argument + DIGEST_SIZE));
        Memory.ALL.set(JAVA_SHORT, argument + DIGEST_SIZE, (short) Math.min(room, DIGEST_MAX));
        return calls.control(fd, MEASURE, argument);
    }

    /**
     * Lets the pointers of an argument lead to what came behind it.
     *
     * @param bytes of argument, salt and signature together
     * @return false when the sizes do not add up; then nothing may be done with it
     */
    static boolean pointInto(long argument, long bytes) {
        var salt = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, argument + SALT_SIZE));
        var signature = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, argument + SIGNATURE_SIZE));
        if (ENABLE_BYTES + salt + signature != bytes) {
            return false;
        }
        Memory.ALL.set(JAVA_LONG, argument + SALT, salt == 0 ? 0 : argument + ENABLE_BYTES);
        Memory.ALL.set(JAVA_LONG, argument + SIGNATURE, signature == 0 ? 0 : argument + ENABLE_BYTES + salt);
        return true;
    }
}
