package org.dpfs4j.nfsserver;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A file of any type in the mock server's tree. */
final class MockNode {
    /**
     * A name in a directory.
     *
     * @param cookie where a listing goes on behind it; unsigned
     */
    record Entry(String name, MockNode node, long cookie) {}

    final long id;
    final int type;
    int mode;
    int uid;
    int gid;
    int links = 1;
    int opens;
    long change = 1;
    long accessed;
    long modified;
    long changed;
    final long born;

    /** A directory's parent; the root is its own. */
    MockNode parent;

    private byte[] data = {};
    private int size;
    /** What is left of it when the server loses what nobody has committed. */
    private byte[] stable = {};

    String target = "";
    int major;
    int minor;
    final Map<String, byte[]> attributes = new TreeMap<>();
    final Map<String, Entry> entries = new HashMap<>();
    private final TreeMap<Long, Entry> order =
            new TreeMap<>(Comparator.comparing(Long::longValue, Long::compareUnsigned));

    MockNode(long id, int type, long now) {
        this.id = id;
        this.type = type;
        accessed = now;
        modified = now;
        changed = now;
        born = now;
    }

    int size() {
        return type == Nfs.SYMLINK ? target.length() : type == Nfs.DIRECTORY ? 4096 : size;
    }

    void resize(int length) {
        if (length > data.length) {
            data = Arrays.copyOf(data, Math.max(length, 2 * data.length));
        } else if (length < size) {
            Arrays.fill(data, length, size, (byte) 0);
        }
        size = length;
        touch();
    }

    void write(int offset, byte[] bytes, int length) {
        if (offset + length > size) {
            resize(offset + length);
        }
        System.arraycopy(bytes, 0, data, offset, length);
        touch();
    }

    void zero(int offset, int length) {
        Arrays.fill(data, Math.min(offset, size), Math.min(offset + length, size), (byte) 0);
        touch();
    }

    byte[] data() {
        return data;
    }

    byte[] content() {
        return Arrays.copyOf(data, size);
    }

    void commit() {
        stable = content();
    }

    /** Forgets what was written since the last {@link #commit}. */
    void revert() {
        data = stable.clone();
        size = stable.length;
    }

    /** Notes a change of content. */
    void touch() {
        modified = MockTree.now();
        touchAttributes();
    }

    /** Notes a change of anything. */
    void touchAttributes() {
        changed = MockTree.now();
        change++;
    }

    Entry add(String name, MockNode node, long cookie) {
        var entry = new Entry(name, node, cookie);
        entries.put(name, entry);
        order.put(cookie, entry);
        touch();
        return entry;
    }

    void remove(String name) {
        order.remove(entries.remove(name).cookie());
        touch();
    }

    /** The first entry behind {@code cookie}, or null. */
    Entry after(long cookie) {
        var next = order.higherEntry(cookie);
        return next == null ? null : next.getValue();
    }
}
