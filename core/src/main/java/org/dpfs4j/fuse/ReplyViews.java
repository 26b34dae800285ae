package org.dpfs4j.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.InitOut;
import org.dpfs4j.wire.LkOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.StatfsOut;
import org.dpfs4j.wire.StatxOut;
import org.dpfs4j.wire.WriteOut;

/** The structures that a slot's reply can be, all at the same place; each view is made when it is first needed. */
final class ReplyViews {
    private final MemorySegment memory;
    private final long offset;
    private EntryOut entry;
    private AttrOut attr;
    private OpenOut opened;
    private CreateOut created;
    private WriteOut written;
    private StatfsOut statfs;
    private LkOut lock;
    private StatxOut statx;

    ReplyViews(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
    }

    /** Zeroes the first {@code bytes}; all structures are multiples of 8. */
    void clear(long bytes) {
        for (long at = offset; at < offset + bytes; at += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, at, 0L);
        }
    }

    EntryOut entry() {
        if (entry == null) {
            entry = new EntryOut(memory, offset);
        }
        return entry;
    }

    AttrOut attr() {
        if (attr == null) {
            attr = new AttrOut(memory, offset);
        }
        return attr;
    }

    OpenOut opened() {
        if (opened == null) {
            opened = new OpenOut(memory, offset);
        }
        return opened;
    }

    /** The open file behind a new entry. */
    OpenOut created() {
        if (created == null) {
            created = new CreateOut(memory, offset);
        }
        return created.open();
    }

    WriteOut written() {
        if (written == null) {
            written = new WriteOut(memory, offset);
        }
        return written;
    }

    StatfsOut statfs() {
        if (statfs == null) {
            statfs = new StatfsOut(memory, offset);
        }
        return statfs;
    }

    LkOut lock() {
        if (lock == null) {
            lock = new LkOut(memory, offset);
        }
        return lock;
    }

    StatxOut statx() {
        if (statx == null) {
            statx = new StatxOut(memory, offset);
        }
        return statx;
    }

    /** INIT comes once; its view is not kept. */
    InitOut init() {
        return new InitOut(memory, offset);
    }
}
