package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What a device really got: {@code struct vfsp_info}.
 *
 * @param capabilities {@link #CONTROL_MAY_BLOCK} and the others
 * @param requestQueues beside hiprio
 * @param queueSize requests that a queue may have under way
 * @param groups of the whole provider
 * @param guestArch {@link #OWN_NUMBERS} and the others
 * @param requestBytesMax 0 when the provider does not tell
 * @param poolAddress where all buffers lie, with {@link #FIXED_POOL}
 * @param function which function of the host it is: a PCI address or a vendor's unique id
 */
record FunctionInfo(
        int capabilities,
        int requestQueues,
        int queueSize,
        int groups,
        int guestArch,
        long requestBytesMax,
        long replyBytesMax,
        long poolAddress,
        long poolBytes,
        String tag,
        String function) {
    /** Bytes of the struct. */
    static final int BYTES = 208;

    /** Asking for events may take a second. */
    static final int CONTROL_MAY_BLOCK = 1;

    /** A group has a descriptor that tells of work. */
    static final int WAIT_DESCRIPTOR = 2;

    /** All buffers lie in one pool. */
    static final int FIXED_POOL = 8;

    /** Open flags have this machine's numbers, or the provider does not know whose. */
    static final int OWN_NUMBERS = 0;

    /** They have those of x86-64. */
    static final int X86_64 = 1;

    /** They have those of 64-bit Arm. */
    static final int AARCH64 = 2;

    private static final int TAG = 40;
    private static final int FUNCTION = 80;

    static FunctionInfo of(MemorySegment struct) {
        return new FunctionInfo(
                struct.get(JAVA_INT, 0),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, 4)),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, 6)),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, 8)),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, 10)),
                Integer.toUnsignedLong(struct.get(JAVA_INT, 16)),
                Integer.toUnsignedLong(struct.get(JAVA_INT, 20)),
                struct.get(JAVA_LONG, 24),
                struct.get(JAVA_LONG, 32),
                Provider.text(struct, TAG, FUNCTION - TAG),
                Provider.text(struct, FUNCTION, BYTES - FUNCTION));
    }

    boolean can(int capability) {
        return (capabilities & capability) != 0;
    }
}
