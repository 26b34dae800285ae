package org.dpfs4j.uring;

/** Where a {@link HostWatch} hears of changes. Its thread's own, but for {@link #covers} and {@link #accepts}. */
sealed interface Notices permits Fanotify, Inotify {
    /** The descriptor that is readable when there is something to {@link #take}. */
    int number();

    /** Whether every change of this file's attributes is heard of; from any thread. */
    boolean covers(long device, long number);

    /** Whether asking to {@link #cover} a directory makes sense; from any thread. */
    boolean accepts(long device);

    /** Listens to a directory from now on, which stays the caller's; what changed before is not known. */
    void cover(FileCalls calls, int directory, long device, long number, Recent recent);

    /** Enters what is heard. */
    void take(FileCalls calls, Recent recent);

    /** How this listens, for the log. */
    String name();

    /** Hears of nothing any more; nothing is covered then. */
    void close(FileCalls calls);
}
