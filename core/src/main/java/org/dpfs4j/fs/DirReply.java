package org.dpfs4j.fs;

import org.dpfs4j.wire.EntryOut;

/** Directory entries: READDIR, READDIRPLUS. Entries go straight to the guest, in order; one thread at a time fills them. */
public interface DirReply extends Reply {
    /** Whether an entry with a name of this many bytes still fits. */
    boolean fits(int nameLength);

    /**
     * The entry to fill in for the next {@link #add} of a READDIRPLUS, zeroed. Node id 0 gives the name without a lookup;
     * any other counts one lookup.
     */
    EntryOut entry();

    /**
     * Adds an entry that fits.
     *
     * @param ino inode number, not 0
     * @param cookie where a later READDIR goes on after this entry
     * @param type DT_* of the entry, {@code mode >> 12 & 15}
     * @param nameAddress the name, 1 to 255 bytes without NUL
     */
    void add(long ino, long cookie, int type, long nameAddress, int nameLength);

    /** Answers with the entries added; none means the end of the directory. */
    void ok();
}
