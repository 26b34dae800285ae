package org.dpfs4j.io;

import org.dpfs4j.memory.Iovecs;

/**
 * A lane's asynchronous file operations. Called and completed on the lane's thread only; a completion never runs inside
 * the call that started it. A descriptor is kept open until the operation has ended; the scatter list and the memory it
 * names must stay as they are until then.
 */
public interface Ring {
    /** Reads at {@code offset} into {@code target}; the result is a byte count, short at the end of the file. */
    <O extends Owner> void readv(O owner, Fd fd, Iovecs target, long offset, Completion<O> done);

    /**
     * Writes {@code source} at {@code offset}; the result is a byte count.
     *
     * @param flags RWF_* of {@code linux/fs.h}, 0 for none
     */
    <O extends Owner> void writev(O owner, Fd fd, Iovecs source, long offset, int flags, Completion<O> done);

    /** Makes the file durable; {@code dataOnly} as {@code fdatasync(2)}. The result is 0. */
    <O extends Owner> void fsync(O owner, Fd fd, boolean dataOnly, Completion<O> done);

    /** Asks the kernel to end the owner's operations early; each still completes, with its result, -ECANCELED or -EINTR. */
    void cancel(Owner owner);

    /** Operations started and not completed. */
    int inFlight();
}
