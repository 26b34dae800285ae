package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.LockState;

/**
 * What one owner holds through one open file. The same owner may hold more of the same file through another one: the server
 * knows both by the owner's name.
 *
 * @param state what the server knows it by, and which ranges
 * @param file the open file
 * @param owner the guest's name of the owner
 * @param flock whether these are locks of flock(2), which have names of their own
 * @param pid the guest's process
 */
record HeldLocks(LockState state, OpenFile file, long owner, boolean flock, int pid) {
    /** Whether something is held, and the file was opened for a lock of this kind. */
    boolean allows(boolean write) {
        return state.exists() && (write ? file.writable() : file.readable());
    }

    boolean isOf(long whose, boolean kind) {
        return owner == whose && flock == kind;
    }
}
