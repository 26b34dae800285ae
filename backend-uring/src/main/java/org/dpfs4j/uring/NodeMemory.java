package org.dpfs4j.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.dpfs4j.memory.Memory;

/**
 * The entries of a table of nodes, outside the Java heap, by index. Used by several lanes at once. Longer than other files;
 * why: who may write what of an entry, and when, is one agreement.
 *
 * <pre>
 *   0 state 8 | device 8 | inode 8 | mount 8 | 32 next 4 | descriptor's slot 4 | opens 4 | mode 2, queued 2
 *   48 struct file_handle: bytes 4, type 4, 40 of handle; or, of a longer one, the number of a block of 128
 *
 *   state: generation 24 bits | lookups 40 bits
 * </pre>
 *
 * <p>An entry's key and handle are written while it has no lookups, and its generation is raised before it has some again.
 * So what is read between two looks at one state with lookups belongs together; and a compare-and-set of the state that was
 * seen first proves it. The memory goes when the table is closed: whoever reads then gets an {@link IllegalStateException},
 * never other memory.
 */
final class NodeMemory implements AutoCloseable {
    /** The number of lookups of an entry that the guest has forgotten and may ask for again by its id. */
    static final long DORMANT = (1L << 40) - 1;

    static final int NONE = -1;

    private static final int ENTRY_BYTES = 96;
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_ENTRIES = 1 << CHUNK_SHIFT;
    private static final int GENERATION_SHIFT = 40;
    private static final long GENERATION_MAX = (1L << 24) - 1;
    private static final int ID_GENERATION_SHIFT = 32;

    private static final int DEVICE = 8;
    private static final int INODE = 16;
    private static final int MOUNT = 24;
    private static final int NEXT = 32;
    private static final int SLOT = 36;
    private static final int OPENS = 40;
    private static final int MODE = 44;
    private static final int QUEUED = 46;
    private static final int HANDLE = 48;
    private static final int HANDLE_HEAD = 8;
    private static final int BLOCK = HANDLE + HANDLE_HEAD;
    private static final int INLINE = ENTRY_BYTES - BLOCK;
    private static final int BLOCK_BYTES = FileCalls.HANDLE_MAX;
    private static final int BLOCKS = 512;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final int max;
    private final Arena arena = Arena.ofShared();
    private final LongAdder known = new LongAdder();
    private volatile MemorySegment[] chunks = {};
    private volatile MemorySegment[] blocks = {};
    private int used;
    private int free;
    private int count;
    private int reserved;
    private int blocksUsed;
    private int blocksFree;
    private long bytes;

    /** Room for {@code max} entries, taken as it is needed. */
    NodeMemory(int max) {
        this.max = max;
    }

    private MemorySegment chunk(int index) {
        return chunks[index >>> CHUNK_SHIFT];
    }

    private static long at(int index) {
        return (long) (index & CHUNK_ENTRIES - 1) * ENTRY_BYTES;
    }

    /** The entry that an id is about, or {@link #NONE}; another node may have it by now. */
    int index(long id) {
        var index = (int) id - 1;
        return index >= 0 && index < chunks.length << CHUNK_SHIFT ? index : NONE;
    }

    /** The id of what an entry is now. */
    long id(int index) {
        return id(index, state(index));
    }

    private static long id(int index, long state) {
        return state >>> GENERATION_SHIFT << ID_GENERATION_SHIFT | index + 1;
    }

    private static long generation(long id) {
        return id >>> ID_GENERATION_SHIFT;
    }

    private long state(int index) {
        return (long) LONG.getAcquire(chunk(index), at(index));
    }

    private boolean change(int index, long before, long after) {
        return LONG.compareAndSet(chunk(index), at(index), before, after);
    }

    private static long lookups(long state) {
        return state & DORMANT;
    }

    private static long state(long id, long lookups) {
        return generation(id) << GENERATION_SHIFT | lookups;
    }

    /** Whether the guest knows this id. */
    boolean isAlive(long id) {
        var index = index(id);
        if (index == NONE) {
            return false;
        }
        var state = state(index);
        var lookups = lookups(state);
        return state >>> GENERATION_SHIFT == generation(id) && lookups != 0 && lookups != DORMANT;
    }

    /** Counts a lookup of an id that the guest knows, or has forgotten and may ask for; false when it is gone. */
    boolean found(long id) {
        var index = index(id);
        while (index != NONE) {
            var state = state(index);
            var lookups = lookups(state);
            if (state >>> GENERATION_SHIFT != generation(id) || lookups == 0) {
                return false;
            }
            if (change(index, state, lookups == DORMANT ? state(id, 1) : state + 1)) {
                if (lookups == DORMANT) {
                    known.increment();
                }
                return true;
            }
        }
        return false;
    }

    /**
     * Counts a lookup of an entry if it has this key.
     *
     * @return its id; 0 when it is another, or gone
     */
    long found(int index, long device, long inode, long mount) {
        while (true) {
            var state = state(index);
            var lookups = lookups(state);
            if (lookups == 0 || !isKeyed(index, device, inode, mount)) {
                return 0;
            }
            if (change(index, state, lookups == DORMANT ? state - DORMANT + 1 : state + 1)) {
                if (lookups == DORMANT) {
                    known.increment();
                }
                return id(index, state);
            }
        }
    }

    private boolean isKeyed(int index, long device, long inode, long mount) {
        var chunk = chunk(index);
        var at = at(index);
        return (long) LONG.get(chunk, at + INODE) == inode
                && (long) LONG.get(chunk, at + DEVICE) == device
                && (long) LONG.get(chunk, at + MOUNT) == mount;
    }

    /**
     * Takes lookups of an id back, never more than there are.
     *
     * @param keeps whether it may be asked for again
     * @return whether these were the last
     */
    boolean forgotten(long id, long lookups, boolean keeps) {
        var index = index(id);
        while (index != NONE && isAlive(id)) {
            var state = state(index);
            var now = lookups(state);
            if (state >>> GENERATION_SHIFT != generation(id) || now == 0 || now == DORMANT) {
                return false;
            }
            var last = Long.compareUnsigned(lookups, now) >= 0;
            var left = !last ? now - lookups : keeps ? DORMANT : 0;
            if (change(index, state, state(id, left))) {
                if (last) {
                    known.decrement();
                }
                return last;
            }
        }
        return false;
    }

    /** Whether the guest has forgotten an id and may ask for it again. */
    boolean isDormant(long id) {
        var index = index(id);
        return index != NONE && state(index) == state(id, DORMANT);
    }

    /** Ends an id that may be asked for again; false when it was, or is gone. */
    boolean expire(long id) {
        var index = index(id);
        return index != NONE && change(index, state(id, DORMANT), state(id, 0));
    }

    /**
     * A new entry without lookups.
     *
     * @param withReservation whether {@link #reserve} has made room for it
     * @return its index, or {@link #NONE} when there is no room
     */
    synchronized int allocate(boolean withReservation) {
        if (!withReservation && count + reserved >= max) {
            return NONE;
        }
        if (withReservation) {
            reserved--;
        }
        count++;
        int index;
        if (free != 0) {
            index = free - 1;
            free = next(index);
        } else {
            index = used++;
            if (index >>> CHUNK_SHIFT == chunks.length) {
                chunks = with(chunks, (long) CHUNK_ENTRIES * ENTRY_BYTES);
            }
        }
        var generation = state(index) >>> GENERATION_SHIFT;
        // The first entry is the root, whose id is 1: generation 0.
        var next = index == 0 ? 0 : generation == GENERATION_MAX ? 1 : generation + 1;
        LONG.setRelease(chunk(index), at(index), next << GENERATION_SHIFT);
        return index;
    }

    private MemorySegment[] with(MemorySegment[] before, long sizeBytes) {
        var after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = allocate(sizeBytes);
        return after;
    }

    /** Memory that goes with this; zero at first. */
    synchronized MemorySegment allocate(long sizeBytes) {
        bytes += sizeBytes;
        return arena.allocate(sizeBytes, Long.BYTES);
    }

    /** Makes room for one more entry; false when there is none. */
    synchronized boolean reserve() {
        if (count + reserved >= max) {
            return false;
        }
        reserved++;
        return true;
    }

    /** Gives back what {@link #reserve} made and nobody took. */
    synchronized void unreserve() {
        reserved--;
    }

    /** Writes what a new entry is; {@code handle} is a {@code struct file_handle}, or 0 where there is none. */
    void fill(int index, long device, long inode, long mount, int mode, long handle) {
        var chunk = chunk(index);
        var at = at(index);
        LONG.set(chunk, at + DEVICE, device);
        LONG.set(chunk, at + INODE, inode);
        LONG.set(chunk, at + MOUNT, mount);
        INT.setOpaque(chunk, at + SLOT, 0);
        INT.set(chunk, at + OPENS, 0);
        chunk.set(ValueLayout.JAVA_SHORT, at + MODE, (short) mode);
        chunk.set(ValueLayout.JAVA_SHORT, at + QUEUED, (short) 0);
        var length = handle == 0 ? 0 : Memory.ALL.get(ValueLayout.JAVA_INT, handle);
        if (length <= INLINE) {
            INT.set(chunk, at + HANDLE, length);
            if (length > 0) {
                MemorySegment.copy(Memory.ALL, handle + 4, chunk, at + HANDLE + 4, length + 4L);
            }
            return;
        }
        var block = allocateBlock();
        INT.set(chunk, at + HANDLE, length);
        MemorySegment.copy(Memory.ALL, handle + 4, chunk, at + HANDLE + 4, 4);
        INT.set(chunk, at + BLOCK, block);
        MemorySegment.copy(Memory.ALL, handle + HANDLE_HEAD, blocks[block / BLOCKS], blockAt(block), length);
    }

    private static long blockAt(int block) {
        return (long) (block % BLOCKS) * BLOCK_BYTES;
    }

    private synchronized int allocateBlock() {
        if (blocksFree != 0) {
            var block = blocksFree - 1;
            blocksFree = (int) INT.get(blocks[block / BLOCKS], blockAt(block));
            return block;
        }
        if (blocksUsed / BLOCKS == blocks.length) {
            blocks = with(blocks, (long) BLOCKS * BLOCK_BYTES);
        }
        return blocksUsed++;
    }

    /** Gives a filled entry its first lookup: from now on it is found. */
    long publish(int index) {
        var state = state(index) + 1;
        LONG.setRelease(chunk(index), at(index), state);
        known.increment();
        return id(index, state);
    }

    /** Gives back an entry without lookups, which nothing leads to any more. */
    synchronized void free(int index) {
        var chunk = chunk(index);
        if ((int) INT.get(chunk, at(index) + HANDLE) > INLINE) {
            var block = (int) INT.get(chunk, at(index) + BLOCK);
            INT.set(blocks[block / BLOCKS], blockAt(block), blocksFree);
            blocksFree = block + 1;
            INT.set(chunk, at(index) + HANDLE, 0);
        }
        next(index, free);
        free = index + 1;
        count--;
    }

    /**
     * Copies the handle of an id.
     *
     * @param into room for the longest
     * @return false when the id is gone, or has no handle
     */
    boolean handle(long id, long into) {
        if (!isAlive(id)) {
            return false;
        }
        var length = copyHandle(index(id), into);
        VarHandle.acquireFence();
        return length > 0 && isAlive(id);
    }

    private int copyHandle(int index, long into) {
        var chunk = chunk(index);
        var at = at(index);
        var length = (int) INT.get(chunk, at + HANDLE);
        if (length <= 0 || length > BLOCK_BYTES) {
            return 0;
        }
        MemorySegment.copy(chunk, at + HANDLE, Memory.ALL, into, HANDLE_HEAD);
        Memory.ALL.set(ValueLayout.JAVA_INT, into, length);
        if (length <= INLINE) {
            MemorySegment.copy(chunk, at + BLOCK, Memory.ALL, into + HANDLE_HEAD, length);
            return length;
        }
        var block = (int) INT.get(chunk, at + BLOCK);
        if (block < 0 || block / BLOCKS >= blocks.length) {
            return 0;
        }
        MemorySegment.copy(blocks[block / BLOCKS], blockAt(block), Memory.ALL, into + HANDLE_HEAD, length);
        return length;
    }

    /** Whether an entry, which the caller keeps alive, has a handle. */
    boolean hasHandle(int index) {
        return (int) INT.get(chunk(index), at(index) + HANDLE) > 0;
    }

    /** Whether an entry's handle, which the caller keeps alive, is this {@code struct file_handle}. */
    boolean isHandle(int index, long handle) {
        var chunk = chunk(index);
        var at = at(index) + HANDLE;
        var length = (int) INT.get(chunk, at);
        if (length != Memory.ALL.get(ValueLayout.JAVA_INT, handle)) {
            return false;
        }
        var inline = length <= INLINE ? length + 4L : 4L;
        if (differ(chunk, at + 4, handle + 4, inline)) {
            return false;
        }
        var block = (int) INT.get(chunk, at + HANDLE_HEAD);
        return length <= INLINE || !differ(blocks[block / BLOCKS], blockAt(block), handle + HANDLE_HEAD, length);
    }

    private static boolean differ(MemorySegment segment, long from, long address, long length) {
        return MemorySegment.mismatch(segment, from, from + length, Memory.ALL, address, address + length) >= 0;
    }

    long device(int index) {
        return (long) LONG.get(chunk(index), at(index) + DEVICE);
    }

    long inode(int index) {
        return (long) LONG.get(chunk(index), at(index) + INODE);
    }

    long mount(int index) {
        return (long) LONG.get(chunk(index), at(index) + MOUNT);
    }

    /** The file's mode when it was entered, of which only the type stays true. */
    int mode(int index) {
        return Short.toUnsignedInt(chunk(index).get(ValueLayout.JAVA_SHORT, at(index) + MODE));
    }

    /** The next entry of a chain, plus one; 0 at the end. */
    int next(int index) {
        return (int) INT.getOpaque(chunk(index), at(index) + NEXT);
    }

    void next(int index, int entry) {
        INT.setRelease(chunk(index), at(index) + NEXT, entry);
    }

    /** Where an entry's descriptor may be found, plus one; 0 when it has none. */
    int slot(int index) {
        return (int) INT.getOpaque(chunk(index), at(index) + SLOT);
    }

    void slot(int index, int slot) {
        INT.setRelease(chunk(index), at(index) + SLOT, slot);
    }

    /** How many open files have the entry; under the lock of {@link HotNodes}. */
    int opens(int index) {
        return (int) INT.get(chunk(index), at(index) + OPENS);
    }

    void opens(int index, int now) {
        INT.set(chunk(index), at(index) + OPENS, now);
    }

    /** Whether {@link Forgotten} lists the entry; under its lock. */
    boolean isQueued(int index) {
        return chunk(index).get(ValueLayout.JAVA_SHORT, at(index) + QUEUED) != 0;
    }

    void queued(int index, boolean now) {
        chunk(index).set(ValueLayout.JAVA_SHORT, at(index) + QUEUED, (short) (now ? 1 : 0));
    }

    /** Entries that the guest knows. */
    int known() {
        return known.intValue();
    }

    /** Entries in use: those known, and those that the guest may ask for again. */
    synchronized int size() {
        return count;
    }

    /** Bytes of memory taken. */
    synchronized long bytes() {
        return bytes;
    }

    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
