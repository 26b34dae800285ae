package org.dpfs4j.io;

/** A thread that may block: its system calls, and whom it acts as. */
public final class Worker {
    private static final int CLONE_FS = 0x200;

    private final Syscalls syscalls;
    private final Identity identity;

    /** Made on the thread that it is: the file-creation mask becomes the thread's own, and empty, as the guest has applied its caller's. */
    Worker(Syscalls syscalls) {
        this.syscalls = syscalls;
        syscalls.call(Syscall.UNSHARE, CLONE_FS);
        syscalls.call(Syscall.UMASK, 0);
        identity = new Identity(syscalls);
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
