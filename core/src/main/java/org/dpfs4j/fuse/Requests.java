package org.dpfs4j.fuse;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueChannel;

/** What the slots of one queue share: where they are, and the memory that large requests borrow. Runs on the lane. */
final class Requests implements AutoCloseable {
    private final QueueChannel channel;
    private final IovecPool iovecs = new IovecPool();
    private final Causes causes;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private final Runnable blockFreed;
    private final Stopwatch stopwatch;
    private Slot[] slots = new Slot[128];
    private final Waits waits;
    private int parkedEntries;
    private int blocksMade;
    private boolean closed;

    /** Memory for one large request, and the slot that has it. */
    private static final class Block {
        final long address = Memory.allocate(Limits.LARGE_REQUEST_BYTES);
        final MemorySegment memory = Memory.at(address, Limits.LARGE_REQUEST_BYTES);
        Slot holder;
    }

    private final Block[] lent = new Block[Limits.LARGE_REQUESTS_PER_QUEUE];

    Requests(QueueChannel channel, Stopwatch stopwatch, Waits waits, LogBudget log, Runnable blockFreed) {
        causes = new Causes(log);
        this.channel = channel;
        this.stopwatch = stopwatch;
        this.waits = waits;
        this.blockFreed = blockFreed;
    }

    Lane lane() {
        return channel.lane();
    }

    QueueChannel channel() {
        return channel;
    }

    Stopwatch stopwatch() {
        return stopwatch;
    }

    IovecPool iovecs() {
        return iovecs;
    }

    Causes causes() {
        return causes;
    }

    /** The slot of an exchange; a new one when the exchange is new or the old one is still busy with an orphan. */
    Slot slot(Exchange exchange) {
        if (exchange.attachment() instanceof Slot slot) {
            return slot;
        }
        var index = exchange.index();
        if (index >= slots.length) {
            slots = Arrays.copyOf(slots, Integer.highestOneBit(index) << 1);
        }
        if (slots[index] != null) {
            slots[index].retire();
        }
        slots[index] = new Slot(exchange, this);
        exchange.attach(slots[index]);
        return slots[index];
    }

    /** Whether {@link #borrow} would lend. */
    boolean canLend() {
        return !blocks.isEmpty() || blocksMade < lent.length;
    }

    /** Memory for a large request of {@code slot}, or null when all of it is lent. */
    MemorySegment borrow(Slot slot) {
        var block = blocks.pollLast();
        if (block == null) {
            if (blocksMade == lent.length) {
                return null;
            }
            block = new Block();
            blocksMade++;
        }
        block.holder = slot;
        for (int i = 0; i < lent.length; i++) {
            if (lent[i] == null) {
                lent[i] = block;
                return block.memory;
            }
        }
        throw new IllegalStateException("more blocks lent than made");
    }

    /** Takes back what a slot has borrowed, if anything. */
    void release(Slot slot) {
        if (blocksMade == blocks.size()) {
            return;
        }
        for (int i = 0; i < lent.length; i++) {
            if (lent[i] != null && lent[i].holder == slot) {
                var block = lent[i];
                lent[i] = null;
                block.holder = null;
                if (closed) {
                    Memory.free(block.address);
                    blocksMade--;
                } else {
                    blocks.addLast(block);
                    blockFreed.run();
                }
                return;
            }
        }
    }

    /** Lets a request wait for somebody else; false when half of the queue waits already. */
    boolean park(Slot slot) {
        var entries = slot.exchange().ringEntries();
        if (2 * (parkedEntries + entries) > channel.ringEntries()) {
            return false;
        }
        parkedEntries += entries;
        waits.begin(slot.header().unique(), slot, lane());
        return true;
    }

    /** The request waits no longer. */
    void unpark(Slot slot) {
        parkedEntries -= slot.exchange().ringEntries();
        waits.end(slot.header().unique(), slot);
    }

    /** Ends every request in flight early. */
    void cancelAll() {
        for (var slot : slots) {
            if (slot != null) {
                slot.cancel();
            }
        }
    }

    /**
     * How many requests, beside those that wait for others, have been in flight since the {@code seen} generations were
     * noted, which are noted anew.
     */
    int stuck(long[] seen) {
        var stuck = 0;
        for (int i = 0; i < Math.min(slots.length, seen.length); i++) {
            if (slots[i] != null && slots[i].isOpen() && !slots[i].isParked()) {
                stuck += slots[i].generation() == seen[i] ? 1 : 0;
                seen[i] = slots[i].generation();
            }
        }
        return stuck;
    }

    /** Frees what is not in use; what still is, goes when its request ends. */
    @Override
    public void close() {
        closed = true;
        for (var slot : slots) {
            if (slot != null) {
                slot.retire();
            }
        }
        blocks.forEach(block -> Memory.free(block.address));
        blocksMade -= blocks.size();
        blocks.clear();
        iovecs.close();
    }
}
