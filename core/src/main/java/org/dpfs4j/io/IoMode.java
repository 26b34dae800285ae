package org.dpfs4j.io;

/** What the lanes wait and read with. */
public enum IoMode {
    /** io_uring where the kernel allows it, else epoll. */
    AUTO,
    /** io_uring, or an error. */
    IO_URING,
    /** epoll with blocking calls on workers. */
    EPOLL
}
