package org.dpfs4j.memory;

/** Upper bounds for everything a guest can make us walk, hold or copy. */
public final class Limits {
    /** Bytes of a request that a slot holds itself: header, body and two names of 255 bytes. */
    public static final int REQUEST_BYTES = 1024;

    /** Bytes of the largest request that is copied whole: SETXATTR with a value of 64 KiB, its body and name. */
    public static final int LARGE_REQUEST_BYTES = 68 * 1024;

    /** Large requests that one queue holds at a time; the next ones wait in arrival order. */
    public static final int LARGE_REQUESTS_PER_QUEUE = 16;

    /** Longest name of a directory entry in bytes, without NUL (NAME_MAX). */
    public static final int NAME_BYTES = 255;

    /** Longest symbolic link target in bytes, with NUL (PATH_MAX). */
    public static final int PATH_BYTES = 4096;

    /** Scatter entries that a request carries without borrowing. */
    public static final int IOVECS = 32;

    /** Scatter entries of a chain at most: data of {@link #TRANSFER_BYTES} in 4 KiB pages, and headers. */
    public static final int IOVECS_LARGE = 1026;

    /** Scatter entries that one system call takes (IOV_MAX). */
    public static final int IOVECS_PER_CALL = 1024;

    /** Bytes of data in one READ or WRITE at most. */
    public static final int TRANSFER_BYTES = 4 << 20;

    /** Entries of a virtqueue at most (VIRTIO 1.2, 2.7). */
    public static final int QUEUE_SIZE = 32768;

    /** Request queues of a device at most. */
    public static final int REQUEST_QUEUES = 64;

    /** Bytes of a tag at most (VIRTIO 1.2, 5.11.4). */
    public static final int TAG_BYTES = 36;

    private Limits() {}
}
