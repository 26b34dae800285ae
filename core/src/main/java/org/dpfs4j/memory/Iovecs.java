package org.dpfs4j.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * A scatter list in native memory: an array of {@code struct iovec} that system calls and the ring take as it is.
 * Neighbours that touch are merged. Single-threaded, reused for every request of its slot.
 *
 * <p>Lists of up to {@link Limits#IOVECS} entries live in the object's own array; longer ones borrow an array from the
 * queue's pool until {@link #clear}.
 */
public final class Iovecs implements AutoCloseable {
    /** Bytes of a {@code struct iovec}. */
    public static final int ENTRY_BYTES = 16;

    private final IovecPool pool;
    private final long own;
    private long array;
    private int capacity = Limits.IOVECS;
    private int count;
    private long sizeBytes;

    /** An empty list that borrows from {@code pool} when it grows. */
    public Iovecs(IovecPool pool) {
        this.pool = pool;
        own = Memory.allocate((long) Limits.IOVECS * ENTRY_BYTES);
        array = own;
    }

    /** Empties the list and gives back what it borrowed. */
    public void clear() {
        count = 0;
        sizeBytes = 0;
        if (array != own) {
            pool.giveBack(array);
            array = own;
            capacity = Limits.IOVECS;
        }
    }

    /**
     * Appends a range; one of length 0 is left out.
     *
     * @return false when the list is full and nothing was added
     */
    public boolean add(long address, long length) {
        if (length == 0) {
            return true;
        }
        if (count > 0 && address(count - 1) + length(count - 1) == address) {
            set(count - 1, address(count - 1), length(count - 1) + length);
        } else {
            if (count == capacity && !grow()) {
                return false;
            }
            set(count++, address, length);
        }
        sizeBytes += length;
        return true;
    }

    private boolean grow() {
        if (array != own) {
            return false;
        }
        array = pool.borrow();
        capacity = Limits.IOVECS_LARGE;
        Memory.copy(own, array, (long) count * ENTRY_BYTES);
        return true;
    }

    private void set(int index, long address, long length) {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, array + (long) index * ENTRY_BYTES, address);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, array + (long) index * ENTRY_BYTES + 8, length);
    }

    /** How many entries. */
    public int count() {
        return count;
    }

    /** Bytes of all entries together. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Where entry {@code index} begins. */
    public long address(int index) {
        return Memory.ALL.get(JAVA_LONG_UNALIGNED, array + (long) index * ENTRY_BYTES);
    }

    /** Bytes of entry {@code index}. */
    public long length(int index) {
        return Memory.ALL.get(JAVA_LONG_UNALIGNED, array + (long) index * ENTRY_BYTES + 8);
    }

    /** Where the array of {@code struct iovec} is; valid until the list changes. */
    public long arrayAddress() {
        return array;
    }

    /** Makes this list the part of {@code source} from {@code offset}, {@code length} bytes or as many as there are. */
    public void slice(Iovecs source, long offset, long length) {
        clear();
        var skip = offset;
        var left = length;
        for (int i = 0; i < source.count && left > 0; i++) {
            var size = source.length(i);
            if (skip >= size) {
                skip -= size;
                continue;
            }
            var part = Math.min(size - skip, left);
            add(source.address(i) + skip, part);
            left -= part;
            skip = 0;
        }
    }

    /** Copies up to {@code length} bytes from {@code offset} of the list to {@code to}; returns how many there were. */
    public long copyOut(long offset, long to, long length) {
        return copy(offset, to, length, true);
    }

    /** Copies up to {@code length} bytes from {@code from} to {@code offset} of the list; returns how many had room. */
    public long copyIn(long offset, long from, long length) {
        return copy(offset, from, length, false);
    }

    private long copy(long offset, long flat, long length, boolean out) {
        var skip = offset;
        var done = 0L;
        for (int i = 0; i < count && done < length; i++) {
            var size = length(i);
            if (skip >= size) {
                skip -= size;
                continue;
            }
            var part = Math.min(size - skip, length - done);
            var address = address(i) + skip;
            Memory.copy(out ? address : flat + done, out ? flat + done : address, part);
            done += part;
            skip = 0;
        }
        return done;
    }

    /** Frees the list's memory. */
    @Override
    public void close() {
        clear();
        Memory.free(own);
    }
}
