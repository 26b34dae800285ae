package org.dpfs4j.wire;

import java.lang.foreign.MemorySegment;

/** Reply of CREATE and TMPFILE: {@code struct fuse_entry_out}, then {@code struct fuse_open_out}. */
public final class CreateOut {
    /** Size in bytes. */
    public static final int BYTES = EntryOut.BYTES + OpenOut.BYTES;

    private final EntryOut entry;
    private final OpenOut open;

    /** The two structures at {@code offset} of {@code memory}. */
    public CreateOut(MemorySegment memory, long offset) {
        entry = new EntryOut(memory, offset);
        open = new OpenOut(memory, offset + EntryOut.BYTES);
    }

    /** Sets every byte to 0. */
    public void clear() {
        entry.clear();
        open.clear();
    }

    /** The node created. */
    public EntryOut entry() {
        return entry;
    }

    /** The open file. */
    public OpenOut open() {
        return open;
    }
}
