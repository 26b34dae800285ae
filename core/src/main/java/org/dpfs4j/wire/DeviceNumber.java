package org.dpfs4j.wire;

/**
 * The number of a device file in 32 bits, as FUSE carries it: the kernel's encoding of 12 bits of major and 20 of
 * minor.
 *
 * <pre>
 *   31            20 19            8 7          0
 *   | minor 19 … 8  | major         | minor 7…0 |
 * </pre>
 */
public final class DeviceNumber {
    private static final int MINOR_LOW = 0xFF;
    private static final int MINOR_HIGH = 0xFFF00;
    private static final int MAJOR = 0xFFF;
    private static final int MAJOR_SHIFT = 8;
    private static final int MINOR_HIGH_SHIFT = 12;

    private DeviceNumber() {}

    /** The number of a device; bits of {@code major} above 12 and of {@code minor} above 20 are lost. */
    public static int encode(int major, int minor) {
        return (minor & MINOR_LOW) | ((major & MAJOR) << MAJOR_SHIFT) | ((minor & MINOR_HIGH) << MINOR_HIGH_SHIFT);
    }

    /** The major number, 0 to 4095. */
    public static int major(int device) {
        return (device >>> MAJOR_SHIFT) & MAJOR;
    }

    /** The minor number, 0 to 1048575. */
    public static int minor(int device) {
        return (device & MINOR_LOW) | ((device >>> MINOR_HIGH_SHIFT) & MINOR_HIGH);
    }
}
