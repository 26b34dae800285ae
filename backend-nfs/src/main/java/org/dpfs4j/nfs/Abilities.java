package org.dpfs4j.nfs;

import java.util.concurrent.atomic.AtomicInteger;

/** Which operations beyond NFS 4.1 the server has; what it refuses once as unknown is not asked for again. Any thread. */
final class Abilities {
    /** Operations that a server may lack. */
    enum Ability {
        ALLOCATE,
        DEALLOCATE,
        SEEK,
        COPY,
        XATTRS
    }

    private final AtomicInteger lacking = new AtomicInteger();

    Abilities(boolean minorTwo, boolean xattrs) {
        for (var ability : Ability.values()) {
            if (!minorTwo || (ability == Ability.XATTRS && !xattrs)) {
                lacks(ability);
            }
        }
    }

    boolean has(Ability ability) {
        return (lacking.get() & 1 << ability.ordinal()) == 0;
    }

    void lacks(Ability ability) {
        lacking.getAndUpdate(now -> now | 1 << ability.ordinal());
    }
}
