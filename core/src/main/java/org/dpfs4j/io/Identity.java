package org.dpfs4j.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.dpfs4j.memory.Memory;

/**
 * The user and groups that a worker thread creates files as. Switching costs microseconds, so it is lazy: the thread
 * keeps its last identity until another one is asked for. Only the thread's file-system ids change (raw system calls);
 * the guest has checked access already, so the right to override it is kept, while the right to keep set-id bits is not.
 */
public final class Identity {
    private static final int CAP_DAC_OVERRIDE = 1;
    private static final int CAP_FSETID = 4;
    private static final int CAP_SETGID = 6;
    private static final int CAP_SETUID = 7;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;

    /** Offsets in the scratch block: header of 8 bytes, then effective, permitted, inheritable, twice. */
    private static final int EFFECTIVE = 8;

    private static final int PERMITTED = 12;

    private static final int NOBODY = -1;

    private final Syscalls syscalls;
    private final boolean switchable;
    private final int serverUid;
    private final int serverGid;
    private int uid;
    private int gid;
    private int group = NOBODY;
    private boolean clearing;

    Identity(Syscalls syscalls) {
        this.syscalls = syscalls;
        serverUid = fsUid();
        serverGid = fsGid();
        uid = serverUid;
        gid = serverGid;
        var effective = capabilities();
        switchable = (effective & (1 << CAP_SETUID)) != 0 && (effective & (1 << CAP_SETGID)) != 0;
        if (switchable) {
            // The server's own supplementary groups must not decide about a guest's set-gid bits (CVE-2022-0358).
            syscalls.call(Syscall.SETGROUPS, 0, 0);
        }
    }

    private int fsUid() {
        return (int) syscalls.call(Syscall.SETFSUID, NOBODY);
    }

    private int fsGid() {
        return (int) syscalls.call(Syscall.SETFSGID, NOBODY);
    }

    private int capabilities() {
        var header = syscalls.scratch();
        Memory.ALL.set(JAVA_INT, header, CAPABILITY_VERSION_3);
        Memory.ALL.set(JAVA_INT, header + 4, 0);
        return syscalls.call(Syscall.CAPGET, header, header + EFFECTIVE) == 0
                ? Memory.ALL.get(JAVA_INT, header + EFFECTIVE)
                : 0;
    }

    /** Whether this process may act as others at all; without, everything it creates is its own user's. */
    public boolean switchable() {
        return switchable;
    }

    /**
     * Makes this thread create files as a user.
     *
     * @param newUid file-system user id; 0xFFFFFFFF is refused, it would change nothing and run as the server
     * @param newGid file-system group id; likewise
     * @param newGroup one supplementary group, or -1 for none
     * @return false when an id is invalid or the kernel did not take it; nothing may be created then
     */
    public boolean become(int newUid, int newGid, int newGroup) {
        if (newUid == NOBODY || newGid == NOBODY) {
            return false;
        }
        if (clearing) {
            keepSetIds(true);
        }
        if (!switchable || (newUid == uid && newGid == gid && newGroup == group)) {
            return true;
        }
        if (newGroup != group) {
            Memory.ALL.set(JAVA_INT, syscalls.scratch(), newGroup);
            if (syscalls.call(Syscall.SETGROUPS, newGroup == NOBODY ? 0 : 1, syscalls.scratch()) != 0) {
                return false;
            }
            group = newGroup;
        }
        syscalls.call(Syscall.SETFSGID, Integer.toUnsignedLong(newGid));
        syscalls.call(Syscall.SETFSUID, Integer.toUnsignedLong(newUid));
        uid = fsUid();
        gid = fsGid();
        return uid == newUid && gid == newGid && overrideAccess();
    }

    /** The kernel took the file-system capabilities away with user 0; this one is needed and was the thread's before. */
    private boolean overrideAccess() {
        if (uid == 0) {
            return true;
        }
        var effective = capabilities();
        if ((effective & (1 << CAP_DAC_OVERRIDE)) == 0) {
            var header = syscalls.scratch();
            Memory.ALL.set(JAVA_INT, header + EFFECTIVE, effective | (1 << CAP_DAC_OVERRIDE));
            syscalls.call(Syscall.CAPSET, header, header + EFFECTIVE);
        }
        return true;
    }

    /**
     * Makes this thread act as the server without the right to keep set-id bits (CAP_FSETID): a file that it writes to or
     * cuts loses them as the kernel has it for a caller of that group.
     *
     * @return false when the group is invalid or the kernel did not take the right; nothing may be written then
     */
    public boolean becomeClearing(int newGid) {
        if (!become(serverUid, newGid, NOBODY)) {
            return false;
        }
        keepSetIds(false);
        return clearing;
    }

    private void keepSetIds(boolean keep) {
        var effective = capabilities();
        var header = syscalls.scratch();
        var permitted = Memory.ALL.get(JAVA_INT, header + PERMITTED);
        var wanted = keep ? effective | (permitted & (1 << CAP_FSETID)) : effective & ~(1 << CAP_FSETID);
        Memory.ALL.set(JAVA_INT, header + EFFECTIVE, wanted);
        var changed = syscalls.call(Syscall.CAPSET, header, header + EFFECTIVE) == 0;
        clearing = changed != keep;
    }

    /** Makes this thread act as the server again. */
    public void becomeServer() {
        become(serverUid, serverGid, NOBODY);
    }
}
