package org.dpfs4j.load;

import java.util.Arrays;

/** How often each node was looked up, to be forgotten later: a hash table of numbers that allocates only when it grows. One thread. */
final class LookupCounts {
    private static final int FIRST = 4096;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private long[] nodes = new long[FIRST];
    private long[] counts = new long[FIRST];
    private int size;

    /** Takes the nodes one after the other. */
    interface Taker<E extends Exception> {
        void take(long node, long count) throws E;
    }

    /** Counts {@code times} lookups of a node, whose id is not 0. */
    void add(long node, long times) {
        var at = place(node);
        if (nodes[at] == 0) {
            nodes[at] = node;
            if (++size > nodes.length / 2) {
                counts[at] += times;
                grow();
                return;
            }
        }
        counts[at] += times;
    }

    private int place(long node) {
        var mask = nodes.length - 1;
        var at = (int) ((node * MIX) >>> 40) & mask;
        while (nodes[at] != 0 && nodes[at] != node) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        var oldNodes = nodes;
        var oldCounts = counts;
        nodes = new long[oldNodes.length * 2];
        counts = new long[oldNodes.length * 2];
        for (int i = 0; i < oldNodes.length; i++) {
            if (oldNodes[i] != 0) {
                var at = place(oldNodes[i]);
                nodes[at] = oldNodes[i];
                counts[at] = oldCounts[i];
            }
        }
    }

    /** Gives all counts away and is empty. */
    <E extends Exception> void drain(Taker<E> taker) throws E {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i] != 0) {
                taker.take(nodes[i], counts[i]);
            }
        }
        Arrays.fill(nodes, 0);
        Arrays.fill(counts, 0);
        size = 0;
    }
}
