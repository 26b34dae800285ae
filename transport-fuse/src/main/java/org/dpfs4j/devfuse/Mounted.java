package org.dpfs4j.devfuse;

import java.nio.file.Path;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscalls;

/** Something that is mounted, and its connections to the kernel. Never used on a lane: unmounting waits for requests that lanes answer. */
interface Mounted {
    /** How an unmounting ended. */
    enum Outcome {
        /** There is no mount any more. */
        DONE,
        /** Somebody uses it. */
        BUSY,
        /** It cannot be done, and the log says why. */
        FAILED
    }

    /** The directory that is covered. */
    Path place();

    /** The first connection; whoever asks closes it. */
    Fd connection();

    /** One more connection with requests under way of its own; the first one where the kernel gives none. */
    Fd another(Syscalls syscalls);

    /**
     * Unmounts; waits for what the kernel still has to write, so lanes must go on.
     *
     * @param lazily whether the name goes now, and the mount with its last user
     */
    Outcome unmount(boolean lazily, Syscalls syscalls);

    /** Writes what the kernel still keeps: a mount that is detached may be aborted at any time. */
    void flush(Syscalls syscalls);

    /** Ends the connection whatever is under way: for lanes that do not let go of it. */
    void abort();
}
