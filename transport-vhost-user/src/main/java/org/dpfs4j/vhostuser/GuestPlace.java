package org.dpfs4j.vhostuser;

/**
 * Where a region of guest memory is: the vhost-user "memory region description", checked.
 *
 * @param guestAddress guest-physical address
 * @param size bytes, at least 1; neither address plus size passes 2^63
 * @param userAddress where the front end has mapped it
 * @param fileOffset where it begins in its file
 */
record GuestPlace(long guestAddress, long size, long userAddress, long fileOffset) {
    GuestPlace {
        if (size <= 0 || passes(guestAddress, size) || passes(userAddress, size) || passes(fileOffset, size)) {
            throw new IllegalArgumentException(String.format(
                    "memory region of 0x%x bytes at 0x%x (front end 0x%x, file 0x%x) is out of range",
                    size, guestAddress, userAddress, fileOffset));
        }
    }

    private static boolean passes(long start, long size) {
        return start < 0 || start + size < 0;
    }

    /** The first guest address behind the region. */
    long guestEnd() {
        return guestAddress + size;
    }

    boolean overlaps(GuestPlace other) {
        return guestAddress < other.guestEnd() && other.guestAddress < guestEnd();
    }

    /** Whether REM_MEM_REG means this region: everything but the file is compared. */
    boolean isSame(GuestPlace other) {
        return guestAddress == other.guestAddress && size == other.size && userAddress == other.userAddress;
    }
}
