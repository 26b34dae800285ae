package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** A byte range with its lock, {@code struct fuse_file_lock}, inside {@link LkIn} and {@link LkOut}. */
final class FileLock {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("start"), U64.withName("end"), U32.withName("type"), U32.withName("pid"));

    private FileLock() {}
}
