package org.dpfs4j.fs;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * What a guest has open, by the number it was given: an index and the generation of that place, so that a forged or old
 * number finds nothing. Numbers stay below 2^56: the session puts the mount above. Looking up takes no lock; several lanes
 * may do it while others add and remove.
 */
public final class HandleTable<T> {
    private record Entry<T>(long id, T value) {}

    private static final int FIRST_CAPACITY = 64;

    private final int capacityMax;
    private volatile AtomicReferenceArray<Entry<T>> entries = new AtomicReferenceArray<>(FIRST_CAPACITY);
    private int[] free = new int[FIRST_CAPACITY];
    private int[] generations = new int[FIRST_CAPACITY];
    private int freeCount;
    private int used;
    private volatile int size;
    private boolean closed;

    /** A table that holds at most {@code capacityMax} entries. */
    public HandleTable(int capacityMax) {
        this.capacityMax = capacityMax;
    }

    /**
     * Enters a value.
     *
     * @return its number, never 0; or 0 when the table is full or closed
     */
    public synchronized long add(T value) {
        if (closed || (freeCount == 0 && used == capacityMax)) {
            return 0;
        }
        if (freeCount == 0 && used == entries.length()) {
            grow();
        }
        var index = freeCount > 0 ? free[--freeCount] : used++;
        var generation = ++generations[index] & 0xff_ffff;
        var id = ((long) generation << 32 | index) + 1;
        entries.set(index, new Entry<>(id, value));
        size = used - freeCount;
        return id;
    }

    private void grow() {
        var capacity = Math.min(capacityMax, 2 * used);
        var larger = new AtomicReferenceArray<Entry<T>>(capacity);
        for (int i = 0; i < used; i++) {
            larger.set(i, entries.get(i));
        }
        free = Arrays.copyOf(free, capacity);
        generations = Arrays.copyOf(generations, capacity);
        entries = larger;
    }

    /** The value with this number, or null. */
    public T get(long id) {
        var index = (int) (id - 1);
        var now = entries;
        if (index < 0 || index >= now.length()) {
            return null;
        }
        var entry = now.get(index);
        return entry != null && entry.id == id ? entry.value : null;
    }

    /** Takes the value with this number out; null when there is none, so that only one caller gets it. */
    public synchronized T remove(long id) {
        var value = get(id);
        if (value != null) {
            var index = (int) (id - 1);
            entries.set(index, null);
            free[freeCount++] = index;
            size = used - freeCount;
        }
        return value;
    }

    /** How many entries there are; waits for nobody. */
    public int size() {
        return size;
    }

    /** Empties the table for good and gives every value to {@code drop}. */
    public synchronized void close(Consumer<? super T> drop) {
        closed = true;
        for (int i = 0; i < used; i++) {
            var entry = entries.getAndSet(i, null);
            if (entry != null) {
                free[freeCount++] = i;
                size = used - freeCount;
                drop.accept(entry.value);
            }
        }
    }
}
