package org.dpfs4j.wire;

/** Kinds of lock, as in fcntl(2). */
public final class LockType {
    /** Shared ({@code F_RDLCK}). */
    public static final int READ = 0;

    /** Exclusive ({@code F_WRLCK}). */
    public static final int WRITE = 1;

    /** None ({@code F_UNLCK}). */
    public static final int UNLOCK = 2;

    private LockType() {}
}
