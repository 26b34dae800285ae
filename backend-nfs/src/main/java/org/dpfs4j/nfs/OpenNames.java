package org.dpfs4j.nfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.wire.Name;

/**
 * Under which names the files of a share are that its guest has open, and which of them live under a name that only we know
 * ({@code .nfs…}). All lanes of the share use it; it is asked at every open, close, unlink and rename.
 */
final class OpenNames {
    private static final String PREFIX = ".nfs";

    /** An entry of a directory, by the directory's node. */
    @SuppressWarnings("ArrayRecordComponent") // bytes that nobody changes
    private record Entry(long parentId, byte[] name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Entry entry && parentId == entry.parentId && Arrays.equals(name, entry.name);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(parentId) + Arrays.hashCode(name);
        }
    }

    /** The name that a file lives under until it is closed, and who removed it. */
    @SuppressWarnings("ArrayRecordComponent") // bytes that nobody changes
    record Hidden(long parentId, byte[] name, Credential credential) {}

    private static final class Open {
        int count;
        Entry entry;
        Hidden hidden;
    }

    private final Map<NfsNode, Open> open = new HashMap<>();
    private final Map<Entry, NfsNode> byName = new HashMap<>();
    private final Set<Entry> hiddenEntries = new HashSet<>();
    private long hiddenCount;

    synchronized void opened(NfsNode node) {
        var it = open.computeIfAbsent(node, _ -> new Open());
        var place = node.place();
        if (it.count++ == 0 && place != null) {
            it.entry = new Entry(place.parentId(), place.name());
            byName.put(it.entry, node);
        }
    }

    /** Counts one open less; what has to be removed now, or null. */
    synchronized Hidden closed(NfsNode node) {
        var it = open.get(node);
        if (it == null || --it.count > 0) {
            return null;
        }
        open.remove(node);
        if (it.entry != null) {
            byName.remove(it.entry, node);
        }
        if (it.hidden != null) {
            hiddenEntries.remove(new Entry(it.hidden.parentId, it.hidden.name));
        }
        return it.hidden;
    }

    /** The open file with its last name there, if any; one with further names lives on by itself. */
    synchronized NfsNode find(long parentId, Name name) {
        if (byName.isEmpty()) {
            return null;
        }
        var node = byName.get(new Entry(parentId, name.bytes()));
        return node == null || node.linkCount() > 1 ? null : node;
    }

    /** A name that nobody has. */
    synchronized String hiddenName(NfsNode node) {
        return PREFIX
                + Long.toHexString(node.fileId())
                + '-'
                + Long.toHexString(System.nanoTime())
                + Long.toHexString(hiddenCount++);
    }

    /** A file lives under a hidden name from now on. */
    synchronized void hidden(NfsNode node, Hidden name) {
        var it = open.get(node);
        if (it == null) {
            return;
        }
        if (it.entry != null) {
            byName.remove(it.entry, node);
            it.entry = null;
        }
        it.hidden = name;
        node.hide();
        hiddenEntries.add(new Entry(name.parentId, name.name));
    }

    /** A name has become another one. */
    synchronized void moved(long parentId, Name name, long newParentId, Name newName) {
        var node = byName.remove(new Entry(parentId, name.bytes()));
        if (node == null) {
            return;
        }
        var entry = new Entry(newParentId, newName.bytes());
        node.place(new NfsNode.Place(newParentId, entry.name));
        byName.put(entry, node);
        open.get(node).entry = entry;
    }

    /** Whether an entry of a directory is one of ours. */
    boolean isHidden(long parentId, long name, int length) {
        if (length < PREFIX.length() || Memory.ALL.get(JAVA_BYTE, name) != PREFIX.charAt(0)) {
            return false;
        }
        var bytes = Memory.at(name, length).toArray(JAVA_BYTE);
        synchronized (this) {
            return hiddenEntries.contains(new Entry(parentId, bytes));
        }
    }

    /** What is hidden and has not been closed: taken out, for the end of the share. */
    synchronized Iterable<Hidden> takeHidden() {
        var all = open.values().stream()
                .map(it -> it.hidden)
                .filter(it -> it != null)
                .toList();
        open.clear();
        byName.clear();
        return all;
    }
}
