package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetxattrIn;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.SetxattrIn;

/**
 * Extended attributes of nodes of every type, by the path of their descriptor: it ends at the node itself, also where that is a
 * link, and opens nothing. Access control lists are attributes that only exist for guests that enforce them.
 */
final class Xattrs {
    /** What access to a file is by its list. */
    static final String ACCESS_LIST = "system.posix_acl_access";

    /** What list new files of a directory begin with. */
    static final String DEFAULT_LIST = "system.posix_acl_default";

    /** {@code XATTR_SIZE_MAX} and {@code XATTR_LIST_MAX} of {@code linux/limits.h}. */
    private static final int VALUE_MAX = 64 << 10;

    private static final String TRUSTED = "trusted.";

    /** {@code XATTR_NAME_MAX} of {@code linux/limits.h}. */
    private static final int NAME_MAX = 255;

    private final LaneTree on;
    private final AccessConfig access;
    private final boolean lists;

    Xattrs(LaneTree on) {
        this.on = on;
        access = on.tree().config().access();
        lists = (on.negotiated() & InitFlags.POSIX_ACL) != 0;
    }

    /** Room for an answer, which is made only when its request is worked on: thousands may wait for a worker. */
    private static final class Room implements AutoCloseable {
        private long address;

        long make(int bytes) {
            address = Memory.allocate(Math.max(bytes, 1));
            return address;
        }

        @Override
        public void close() {
            if (address != 0) {
                Memory.free(address);
            }
        }
    }

    /** What a guest's name is on the host, or why it is nothing. */
    private XattrMap.HostName name(Name guest) {
        if (!access.xattr()) {
            return new XattrMap.HostName(Errno.ENOSYS, null);
        }
        var name = XattrMap.bytewise(guest.bytes());
        if (!lists && isList(name)) {
            return new XattrMap.HostName(Errno.EOPNOTSUPP, null);
        }
        var host = access.xattrs().toHost(name);
        var unusable = name.isEmpty() || (host.refusal() == null && host.name().length() > NAME_MAX);
        return unusable ? new XattrMap.HostName(Errno.ERANGE, null) : host;
    }

    void setxattr(SetxattrIn in, StatusReply reply) {
        var name = name(in.name());
        if (name.refusal() != null) {
            reply.fail(name.refusal());
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var block = Block.of(name.name());
        var value = in.valueAddress();
        var size = in.valueBytes();
        var flags = in.flags();
        Step step = calls -> calls.setXattr(number, block.address(), value, size, flags);
        Completion<StatusReply> done = (result, owner) -> {
            block.close();
            LaneTree.status(result, owner);
        };
        if (in.clearsSgid() && name.name().equals(ACCESS_LIST)) {
            on.clearingSetIds(reply, node.fd(), LaneTree.Group.ANOTHER, step, done);
        } else {
            on.change(reply, node.fd(), node.volume(), step, done);
        }
    }

    void removexattr(RemovexattrIn in, StatusReply reply) {
        var name = name(in.name());
        if (name.refusal() != null) {
            reply.fail(name.refusal());
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var block = Block.of(name.name());
        on.change(
                reply,
                node.fd(),
                node.volume(),
                calls -> calls.removeXattr(number, block.address()),
                (result, owner) -> {
                    block.close();
                    LaneTree.status(result, owner);
                });
    }

    void getxattr(GetxattrIn in, XattrReply reply) {
        var name = name(in.name());
        if (name.refusal() != null) {
            reply.fail(name.refusal());
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var block = Block.of(name.name());
        var bytes = (int) Math.min(in.sizeBytes(), VALUE_MAX);
        var room = new Room();
        Step step = calls -> calls.getXattr(number, block.address(), room.make(bytes), bytes);
        on.inquire(reply, node.fd(), node.volume(), step, (result, owner) -> {
            block.close();
            answer(result, room, owner);
        });
    }

    private static void answer(int result, Room room, XattrReply reply) {
        try (room) {
            if (result < 0) {
                LaneTree.fail(reply, result);
            } else if (reply.sizeOnly()) {
                reply.size(result);
            } else {
                reply.ok(room.address, result);
            }
        }
    }

    /** Always reads the whole list: what of it the guest sees, and how long that is, is known afterwards. */
    void listxattr(ListxattrIn in, XattrReply reply) {
        if (!access.xattr()) {
            reply.fail(Errno.ENOSYS);
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var room = new Room();
        var trusted = isTrusted(in.uid());
        Step step = calls -> {
            var list = room.make(VALUE_MAX);
            var bytes = calls.listXattrs(number, list, VALUE_MAX);
            return bytes < 0 ? bytes : shown(list, bytes, trusted);
        };
        on.inquire(reply, node.fd(), node.volume(), step, (result, owner) -> answer(result, room, owner));
    }

    /**
     * Whether somebody sees names below trusted., which are not for everybody: root does. Of a guest that may map its mounts
     * to other ids, Linux names nobody in this request, and nothing is hidden.
     */
    private static boolean isTrusted(int uid) {
        return uid == 0 || uid == Protocol.INVALID_ID;
    }

    /** Leaves of a list in its place what the guest shall see; a name never becomes longer. Returns the bytes left. */
    private int shown(long list, int bytes, boolean trusted) {
        var memory = Memory.at(list, bytes);
        var kept = 0;
        for (int from = 0, end = 0; from < bytes; from = end + 1, end = from) {
            while (end < bytes && memory.get(JAVA_BYTE, end) != 0) {
                end++;
            }
            var name = XattrMap.bytewise(memory.asSlice(from, end - from).toArray(JAVA_BYTE));
            var hidden = access.xattrs().hidden(name);
            var shown = hidden < 0 ? "" : name.substring(hidden);
            if (!shown.isEmpty() && (lists || !isList(shown)) && (trusted || !shown.startsWith(TRUSTED))) {
                XattrMap.put(shown, list + kept);
                kept += shown.length() + 1;
            }
        }
        return kept;
    }

    private static boolean isList(String name) {
        return name.equals(ACCESS_LIST) || name.equals(DEFAULT_LIST);
    }

    /**
     * Gives a new file the security label that came with the request.
     *
     * @return 0, or a negated errno
     */
    int label(FileCalls calls, int fd, Name guestName, long value, long bytes) {
        var name = name(guestName);
        if (name.refusal() != null) {
            return -name.refusal().code();
        }
        try (var block = Block.of(name.name())) {
            return calls.setXattr(fd, block.address(), value, bytes, 0);
        }
    }
}
