package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The files of the mock server: one file system in memory, without permissions. */
final class MockTree {
    private static final int HANDLE = 24;
    private static final long MAGIC = 0x6470667334_6AL;

    private final Map<Long, MockNode> nodes = new HashMap<>();
    private final MockNode root;
    private long lastId = 1000;
    private long lastCookie = 100;
    private long epoch = 1;

    MockTree() {
        root = make(Nfs.DIRECTORY, 0755);
        root.links = 2;
        root.parent = root;
    }

    static long now() {
        long millis = System.currentTimeMillis();
        return TimeUnit.MILLISECONDS.toNanos(millis) + System.nanoTime() % 1_000_000;
    }

    MockNode root() {
        return root;
    }

    int count() {
        return nodes.size();
    }

    Iterable<MockNode> nodes() {
        return nodes.values();
    }

    /** From now on cookies are above 2^63, as those of Ganesha's files in memory. */
    void hugeCookies() {
        lastCookie |= Long.MIN_VALUE;
    }

    /** All handles given so far are stale. */
    void forgetHandles() {
        epoch++;
    }

    byte[] handle(MockNode node) {
        var handle = Unpooled.buffer(HANDLE);
        handle.writeLong(MAGIC).writeLong(epoch).writeLong(node.id);
        return handle.array();
    }

    /** The file of a handle, or null where it is stale. */
    MockNode find(ByteBuf in) {
        int length = Xdr.length(in, Nfs.HANDLE_MAX);
        int end = in.readerIndex() + length + Xdr.padding(length);
        MockNode node = null;
        if (length == HANDLE && in.readLong() == MAGIC && in.readLong() == epoch) {
            node = nodes.get(in.readLong());
        }
        in.readerIndex(end);
        return node;
    }

    MockNode make(int type, int mode) {
        var node = new MockNode(++lastId, type, now());
        node.mode = mode;
        nodes.put(node.id, node);
        return node;
    }

    void link(MockNode directory, String name, MockNode node) {
        directory.add(name, node, ++lastCookie);
        if (node.type == Nfs.DIRECTORY) {
            node.parent = directory;
            node.links = 2;
            directory.links++;
        }
    }

    /** Takes a name away, and the file with its last name and open. */
    void unlink(MockNode directory, String name) {
        var node = directory.entries.get(name).node();
        directory.remove(name);
        if (node.type == Nfs.DIRECTORY) {
            directory.links--;
            node.links = 0;
        } else {
            node.links--;
        }
        node.touchAttributes();
        dropUnused(node);
    }

    void dropUnused(MockNode node) {
        if (node.links <= 0 && node.opens == 0) {
            nodes.remove(node.id);
        }
    }

    /** Status of moving one name over another, without doing it. */
    int mayMove(MockNode from, String name, MockNode to, String newName) {
        var moved = from.entries.get(name);
        if (moved == null) {
            return Nfs.ERR_NOENT;
        }
        for (var up = to; moved.node().type == Nfs.DIRECTORY && up != root; up = up.parent) {
            if (up == moved.node()) {
                return Nfs.ERR_INVAL;
            }
        }
        var old = to.entries.get(newName);
        if (old == null || old.node() == moved.node()) {
            return Nfs.OK;
        }
        boolean directory = moved.node().type == Nfs.DIRECTORY;
        if (directory != (old.node().type == Nfs.DIRECTORY)) {
            return Nfs.ERR_EXIST;
        }
        return directory && !old.node().entries.isEmpty() ? Nfs.ERR_NOTEMPTY : Nfs.OK;
    }

    void move(MockNode from, String name, MockNode to, String newName) {
        var node = from.entries.get(name).node();
        var old = to.entries.get(newName);
        if (old != null && old.node() == node) {
            return;
        }
        if (old != null) {
            unlink(to, newName);
        }
        from.remove(name);
        to.add(newName, node, ++lastCookie);
        if (node.type == Nfs.DIRECTORY) {
            from.links--;
            to.links++;
            node.parent = to;
        }
        node.touchAttributes();
    }

    /** The file at a path of names with slashes between, or null. */
    MockNode at(String path) {
        var node = root;
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                var entry = node.entries.get(
                        new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
                if (entry == null) {
                    return null;
                }
                node = entry.node();
            }
        }
        return node;
    }
}
