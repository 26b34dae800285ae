package org.dpfs4j.uring;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dpfs4j.io.Fd;

/**
 * The nodes that have a descriptor. Those whose file can be opened again stand in a ring: when there are too many, a hand goes
 * round it and gives up what was not needed since it came by last. The others are pinned: without a handle, open, or removed
 * while they are known. Longer than other files; why: all of it is one lock's.
 *
 * <p>Finding a node takes no lock and writes nothing that lanes share; all else takes the lock, without a system call under it.
 */
final class HotNodes implements AutoCloseable {
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    /** Nodes that the hand goes by at most; then the next one is given up even if it was needed. */
    private static final int STEPS = 128;

    /** Removed files found while looking for a descriptor to give up, when no more of them may be kept. */
    private static final int REFUSALS_MAX = 8;

    private final NodeMemory memory;
    private final DescriptorBudget.Account account;
    private volatile Chunk[] chunks = {};
    private int[] free = new int[CHUNK];
    private int freeCount;
    private FileNode[] ring = new FileNode[CHUNK];
    private int ringSize;
    private int hand;
    private long misses;
    private long evictions;
    private boolean closed;

    private static final class Chunk extends AtomicReferenceArray<FileNode> {
        private static final long serialVersionUID = 1;

        Chunk() {
            super(CHUNK);
        }
    }

    /** None yet. */
    HotNodes(NodeMemory memory, DescriptorBudget.Account account) {
        this.memory = memory;
        this.account = account;
    }

    /** The node of an id if it has a descriptor, which is held until it is released; or null. */
    FileNode hold(long id) {
        var index = memory.index(id);
        if (index == NodeMemory.NONE) {
            return null;
        }
        var node = at(memory.slot(index));
        if (node == null || node.id() != id || !node.fd().acquire()) {
            return null;
        }
        node.use();
        return node;
    }

    private FileNode at(int slot) {
        var now = chunks;
        var place = slot - 1;
        return place >= 0 && place < now.length << CHUNK_SHIFT
                ? now[place >>> CHUNK_SHIFT].get(place & CHUNK - 1)
                : null;
    }

    /**
     * Gives a node its descriptor, and gives up another when there are too many.
     *
     * @return the node that has one now, {@code fresh} or another lane's; null when it is gone, or there is no room: then
     *     {@code fresh} is still the caller's
     */
    FileNode install(FileCalls calls, FileNode fresh) {
        var refusals = 0;
        while (true) {
            FileNode victim;
            synchronized (this) {
                if (closed || !memory.isAlive(fresh.id())) {
                    return null;
                }
                var index = memory.index(fresh.id());
                var known = at(memory.slot(index));
                if (known != null && known.id() == fresh.id()) {
                    return known;
                }
                if (memory.opens(index) > 0 || fresh.isLent()) {
                    place(fresh);
                    return fresh;
                }
                if (ringSize < account.cachedMax()) {
                    place(fresh);
                    list(fresh);
                    return fresh;
                }
                victim = takeVictim();
            }
            if (!giveUp(calls, victim) && ++refusals == REFUSALS_MAX) {
                return null;
            }
        }
    }

    /** As {@link #install}, for a node that is not known to anyone yet and keeps its descriptor; false when closed. */
    synchronized boolean place(FileNode node) {
        if (closed) {
            return false;
        }
        if (freeCount == 0) {
            grow();
        }
        var place = free[--freeCount];
        node.slot(place);
        chunks[place >>> CHUNK_SHIFT].set(place & CHUNK - 1, node);
        memory.slot(memory.index(node.id()), place + 1);
        return true;
    }

    private void grow() {
        var before = chunks;
        var after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = new Chunk();
        if (free.length < after.length << CHUNK_SHIFT) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        for (int i = (after.length << CHUNK_SHIFT) - 1; i >= before.length << CHUNK_SHIFT; i--) {
            free[freeCount++] = i;
        }
        chunks = after;
    }

    private void unplace(FileNode node) {
        var place = node.slot();
        node.unplace();
        chunks[place >>> CHUNK_SHIFT].set(place & CHUNK - 1, null);
        free[freeCount++] = place;
    }

    /** Just behind the hand, which comes by last. */
    private void list(FileNode node) {
        if (node.isListed()) {
            return;
        }
        if (ringSize == ring.length) {
            ring = Arrays.copyOf(ring, 2 * ringSize);
        }
        put(ringSize, ringSize == hand ? node : ring[hand]);
        put(hand, node);
        ringSize++;
        hand = (hand + 1) % ringSize;
    }

    private void put(int position, FileNode node) {
        ring[position] = node;
        node.position(position);
    }

    private void unlist(FileNode node) {
        if (!node.isListed()) {
            return;
        }
        put(node.position(), ring[--ringSize]);
        ring[ringSize] = null;
        node.unlist();
        if (hand >= ringSize) {
            hand = 0;
        }
    }

    private FileNode takeVictim() {
        for (int step = 0; step < STEPS && ring[hand].wasUsed(); step++) {
            hand = (hand + 1) % ringSize;
        }
        var victim = ring[hand];
        unlist(victim);
        return victim;
    }

    /** Closes the descriptor of a node that was taken out of the ring; false when it has to stay. */
    private boolean giveUp(FileCalls calls, FileNode victim) {
        if (!victim.fd().acquire()) {
            return true;
        }
        // A file without a name cannot be opened again once nothing keeps it.
        var removed = calls.attributesAside(victim.fd().number()) == 0
                && calls.aside().linkCount() == 0;
        var given = finish(victim, removed);
        victim.fd().release();
        if (given) {
            victim.fd().close();
        }
        return given || !victim.isListed();
    }

    private synchronized boolean finish(FileNode victim, boolean removed) {
        if (closed || !victim.isPlaced() || memory.opens(memory.index(victim.id())) > 0) {
            return false;
        }
        if (removed) {
            if (account.pin()) {
                victim.pin();
            } else {
                list(victim);
            }
            return false;
        }
        unlist(victim);
        unplace(victim);
        evictions++;
        return true;
    }

    /** Gives up what is more than there may be now. */
    void trim(FileCalls calls) {
        for (var refusals = 0; refusals < REFUSALS_MAX; ) {
            FileNode victim;
            synchronized (this) {
                if (closed || ringSize <= account.cachedMax()) {
                    return;
                }
                victim = takeVictim();
            }
            if (!giveUp(calls, victim)) {
                refusals++;
            }
        }
    }

    /** Counts a file that was opened again. */
    synchronized void missed() {
        misses++;
    }

    /** Keeps the descriptor of a node, which the caller holds, until {@link #unpin}. */
    synchronized void pin(long id) {
        if (closed || !memory.isAlive(id)) {
            return;
        }
        var index = memory.index(id);
        memory.opens(index, memory.opens(index) + 1);
        var node = at(memory.slot(index));
        if (node != null && node.id() == id) {
            unlist(node);
        }
    }

    /**
     * Ends what {@link #pin} began; a node that was forgotten meanwhile has no need of it.
     *
     * @param file the descriptor that is about to be closed, and may be lent
     */
    synchronized void unpin(long id, Fd file) {
        if (closed || !memory.isAlive(id)) {
            return;
        }
        var index = memory.index(id);
        var opens = memory.opens(index);
        memory.opens(index, Math.max(0, opens - 1));
        var node = at(memory.slot(index));
        if (node == null || node.id() != id) {
            return;
        }
        if (!node.isLent()) {
            if (opens == 1 && !node.isPinned()) {
                list(node);
            }
        } else if (node.fd() == file) {
            unplace(node);
        }
    }

    /**
     * Takes away the descriptor of a node that the guest has forgotten: it is the caller's then; null when it has none of its
     * own.
     */
    synchronized FileNode drop(long id) {
        if (closed || memory.isAlive(id)) {
            return null;
        }
        var index = memory.index(id);
        var node = at(memory.slot(index));
        if (node == null || node.id() != id) {
            return null;
        }
        memory.opens(index, 0);
        take(node);
        return node.isLent() ? null : node;
    }

    /** Takes back a node that was placed and turned out not to be needed; false when its descriptor was closed already. */
    synchronized boolean takeBack(FileNode node) {
        if (closed) {
            return false;
        }
        take(node);
        return true;
    }

    private void take(FileNode node) {
        unlist(node);
        unplace(node);
        if (node.isPinned()) {
            account.unpin();
        }
    }

    /** How many nodes have a descriptor. */
    synchronized int placed() {
        return (chunks.length << CHUNK_SHIFT) - freeCount;
    }

    /** Descriptors that may be given up. */
    synchronized int cached() {
        return ringSize;
    }

    /** Files opened again so far. */
    synchronized long misses() {
        return misses;
    }

    /** Descriptors given up so far. */
    synchronized long evictions() {
        return evictions;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (var chunk : chunks) {
            for (int i = 0; i < CHUNK; i++) {
                var node = chunk.getAndSet(i, null);
                if (node != null && !node.isLent()) {
                    node.fd().close();
                }
            }
        }
    }
}
