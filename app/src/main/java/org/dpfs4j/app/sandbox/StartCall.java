package org.dpfs4j.app.sandbox;

/**
 * System calls that only stage 0 makes, with their numbers on x86-64 and aarch64. The serving process's filter forbids all
 * of these, even if {@link org.dpfs4j.io.Syscall} names one because another command makes it.
 */
enum StartCall {
    EXECVE(59, 221),
    PIVOT_ROOT(155, 41),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    SECCOMP(317, 277),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    MOUNT_SETATTR(442, 442),
    LANDLOCK_CREATE_RULESET(444, 444),
    LANDLOCK_ADD_RULE(445, 445),
    LANDLOCK_RESTRICT_SELF(446, 446);

    private final long number;

    StartCall(int x8664, int aarch64) {
        number = Processor.IS_AARCH64 ? aarch64 : x8664;
    }

    long number() {
        return number;
    }
}
