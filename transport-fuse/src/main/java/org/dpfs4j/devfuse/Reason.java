package org.dpfs4j.devfuse;

/** Errors of mount(2) and /dev/fuse, for people. */
final class Reason {
    private Reason() {}

    /** Why a mount point cannot be used, mounted or unmounted. */
    static String of(long errno) {
        return switch ((int) errno) {
            case 1 -> "this process may not (CAP_SYS_ADMIN is missing)";
            case 2 -> "it does not exist";
            case 12 -> "the kernel has no memory for it";
            case 13 -> "permission denied";
            case 16 -> "it is busy";
            case 19 -> "this kernel has no FUSE (modprobe fuse)";
            case 20 -> "it is not a directory";
            case 40 -> "too many symbolic links";
            case 107 ->
                "a mount is left there whose server is gone (Transport endpoint is not connected): umount it first";
            default -> "errno " + errno;
        };
    }

    /** Why /dev/fuse cannot be opened. */
    static String ofDevice(long errno) {
        return switch ((int) errno) {
            case 1, 13 -> "permission denied";
            case 2 -> "it does not exist (modprobe fuse; in a container, --device /dev/fuse)";
            case 6, 19 -> "this kernel has no FUSE (modprobe fuse)";
            default -> "errno " + errno;
        };
    }
}
