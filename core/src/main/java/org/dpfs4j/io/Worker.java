package org.dpfs4j.io;

/** A thread that may block: its system calls, and whom it acts as. */
public final class Worker {
    private static final int CLONE_FS = 0x200;

    private final Syscalls syscalls = new Syscalls();
    private final Identity identity;

    /** Made on the worker's own thread: the file-creation mask becomes the thread's own, and empty. */
    Worker() {
        emptyUmask(syscalls);
        identity = new Identity(syscalls);
    }

    /** Gives the calling thread an empty file-creation mask of its own: the guest has applied its caller's. */
    static void emptyUmask(Syscalls syscalls) {
        syscalls.call(Syscall.UNSHARE, CLONE_FS);
        syscalls.call(Syscall.UMASK, 0);
    }

    /** This thread's system calls. */
    public Syscalls syscalls() {
        return syscalls;
    }

    /** Whose files this thread creates. */
    public Identity identity() {
        return identity;
    }
}
