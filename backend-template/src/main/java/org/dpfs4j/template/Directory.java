package org.dpfs4j.template;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The entries of a directory. Each has a cookie of its own that is never given again: a listing that goes on after a cookie
 * meets every entry once, whatever was added or removed in between. Guarded by the tree's lock.
 */
final class Directory {
    /** The cookie of "..", the last one that no entry has. */
    static final long DOT_DOT = 2;

    /** A name; what it names changes when something is renamed over it. */
    static final class Entry {
        final String name;
        final long cookie;
        Inode inode;

        Entry(String name, long cookie, Inode inode) {
            this.name = name;
            this.cookie = cookie;
            this.inode = inode;
        }
    }

    private final Map<String, Entry> byName = new HashMap<>();
    private final TreeMap<Long, Entry> byCookie = new TreeMap<>();
    private long lastCookie = DOT_DOT;
    private int subdirectories;
    /** Where ".." leads; the root's is itself. */
    Inode parent;

    Entry get(String name) {
        return byName.get(name);
    }

    /** The first entry behind a cookie, or null. */
    Entry after(long cookie) {
        var next = byCookie.higherEntry(cookie);
        return next == null ? null : next.getValue();
    }

    void add(String name, Inode inode) {
        var entry = new Entry(name, ++lastCookie, inode);
        byName.put(name, entry);
        byCookie.put(entry.cookie, entry);
        count(inode, 1);
    }

    void remove(Entry entry) {
        byName.remove(entry.name);
        byCookie.remove(entry.cookie);
        count(entry.inode, -1);
    }

    /** Lets a name mean another inode. */
    void replace(Entry entry, Inode inode) {
        count(entry.inode, -1);
        entry.inode = inode;
        count(inode, 1);
    }

    private void count(Inode inode, int change) {
        subdirectories += inode.directory == null ? 0 : change;
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    int subdirectories() {
        return subdirectories;
    }
}
