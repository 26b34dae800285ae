package org.dpfs4j.nfs.rpc;

import org.dpfs4j.memory.Memory;

/**
 * Cuts a stream into records (RFC 5531, 11). A record that lies in one piece of the stream is read there; any other is put
 * together in memory of ours, of which there is a limited amount, or the end of a long one lands where it belongs.
 *
 * <pre>
 *   | L | length, 31 bits | fragment | L | length | fragment | …     L: the last fragment of its record
 * </pre>
 */
final class RecordReader implements AutoCloseable {
    static final int LAST_FRAGMENT = 1 << 31;

    /** What is put together of a record before it is asked where its data lands. */
    static final int HEAD_BYTES = 104;

    /** Records that are shorter are never asked about. */
    static final int LONG_BYTES = 128 << 10;

    private static final int MARK_BYTES = 4;
    private static final int FIRST_CAPACITY = 4096;

    /** Hears of every record. */
    interface Records {
        /** A whole record, or the head of one whose data has landed; its memory is valid until this returns. */
        void record(long address, int bytes);

        /** The first {@link #HEAD_BYTES} of a long record have come: its data may begin to land. */
        void begun(long address, int recordBytes);
    }

    private final int recordBytesMax;
    private final Records records;
    private final Landing landing;
    private long assembly;
    private int capacity;
    private int assembled;
    private long mark = Memory.allocate(MARK_BYTES);
    private int markBytes;
    private int fragmentLeft;
    private boolean last;
    private boolean closed;
    private boolean feeding;

    RecordReader(int recordBytesMax, Landing landing, Records records) {
        this.recordBytesMax = recordBytesMax;
        this.landing = landing;
        this.records = records;
    }

    /** Takes the next bytes of the stream; throws {@link Malformed} when they cannot be a record. */
    void feed(long from, int bytes) {
        feeding = true;
        try {
            cut(from, bytes);
        } finally {
            feeding = false;
            if (closed) {
                free();
            }
        }
    }

    private void cut(long from, int bytes) {
        var at = from;
        var end = from + bytes;
        while (at < end && !closed) {
            if (markBytes < MARK_BYTES) {
                at = mark(at, end);
                if (markBytes < MARK_BYTES || fragmentLeft > 0) {
                    continue;
                }
            }
            var here = (int) Math.min(fragmentLeft, end - at);
            if (landing.isUnderWay()) {
                here = Math.min(here, Math.max(landing.left(), Integer.BYTES));
                land(at, here);
            } else if (last && assembled == 0 && here == fragmentLeft) {
                markBytes = 0;
                fragmentLeft = 0;
                records.record(at, here);
            } else if (last && assembled < HEAD_BYTES && assembled + fragmentLeft >= LONG_BYTES) {
                here = Math.min(here, HEAD_BYTES - assembled);
                head(at, here);
            } else {
                append(at, here);
            }
            at += here;
        }
    }

    private long mark(long from, long end) {
        var part = (int) Math.min(MARK_BYTES - markBytes, end - from);
        Memory.copy(from, mark + markBytes, part);
        markBytes += part;
        if (markBytes == MARK_BYTES) {
            var value = Memory.ALL.get(Xdr.INT, mark);
            last = (value & LAST_FRAGMENT) != 0;
            fragmentLeft = value & ~LAST_FRAGMENT;
            if (fragmentLeft > recordBytesMax - assembled) {
                throw new Malformed("a record of more than " + recordBytesMax + " bytes");
            }
            if (fragmentLeft == 0) {
                throw new Malformed("an empty fragment");
            }
        }
        return from + part;
    }

    private void head(long from, int bytes) {
        if (capacity < HEAD_BYTES) {
            grow(HEAD_BYTES);
        }
        append(from, bytes);
        if (assembled == HEAD_BYTES) {
            records.begun(assembly, HEAD_BYTES + fragmentLeft);
        }
    }

    private void land(long from, int bytes) {
        landing.take(from, Math.min(bytes, landing.left())); // behind the data there is padding
        fragmentLeft -= bytes;
        if (fragmentLeft == 0) {
            landed();
        }
    }

    private void landed() {
        markBytes = 0;
        assembled = 0;
        try {
            records.record(assembly, HEAD_BYTES);
        } finally {
            landing.end();
        }
    }

    /** Data has been received where it belongs, past {@link #feed}. */
    void received(int bytes) {
        feeding = true;
        try {
            fragmentLeft -= bytes;
            if (fragmentLeft == 0) {
                landed();
            }
        } finally {
            feeding = false;
            if (closed) {
                free();
            }
        }
    }

    private void append(long from, int bytes) {
        if (assembled + bytes > capacity) {
            grow(assembled + (last ? fragmentLeft : bytes));
        }
        Memory.copy(from, assembly + assembled, bytes);
        assembled += bytes;
        fragmentLeft -= bytes;
        if (fragmentLeft == 0) {
            markBytes = 0;
            if (last) {
                var whole = assembled;
                assembled = 0;
                records.record(assembly, whole);
            }
        }
    }

    private void grow(int bytes) {
        var larger = Math.min(recordBytesMax, Math.max(FIRST_CAPACITY, Integer.highestOneBit(bytes) << 1));
        var moved = Memory.allocate(larger);
        if (assembly != 0) {
            Memory.copy(assembly, moved, assembled);
            Memory.free(assembly);
        }
        assembly = moved;
        capacity = larger;
    }

    /** The memory of a record that is being read stays until it has been read. */
    @Override
    public void close() {
        closed = true;
        if (!feeding) {
            free();
        }
    }

    private void free() {
        landing.end();
        if (mark != 0) {
            Memory.free(mark);
            mark = 0;
        }
        if (assembly != 0) {
            Memory.free(assembly);
            assembly = 0;
            capacity = 0;
        }
    }
}
