package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Supplier;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.nfs.v4.XattrOps;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetxattrIn;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.XattrFlags;

/** Extended attributes of users; servers know no others, and call them without {@code user.} in front. */
final class Xattrs {
    private static final byte[] PREFIX = "user.".getBytes(US_ASCII);
    private static final int LIST_BYTES = 32 << 10;
    private static final int LISTS_MAX = 16;
    private static final int NAMES_MAX = 4096;

    private final LaneMount mount;

    Xattrs(LaneMount mount) {
        this.mount = mount;
    }

    /** Whether the server has none at all; the request was refused then, for all time. */
    private boolean isRefused(Reply reply) {
        var lacks = !mount.share().abilities().has(Abilities.Ability.XATTRS);
        if (lacks) {
            reply.fail(Errno.ENOSYS);
        }
        return lacks;
    }

    /** The name as the server knows it; null when it is of no user, and the request was refused. */
    private static byte[] name(Name name, Reply reply) {
        var bytes = name.bytes();
        if (bytes.length <= PREFIX.length || Arrays.mismatch(PREFIX, 0, PREFIX.length, bytes, 0, PREFIX.length) != -1) {
            reply.fail(Errno.EOPNOTSUPP);
            return null;
        }
        return Arrays.copyOfRange(bytes, PREFIX.length, bytes.length);
    }

    private void fail(Reply reply, Results results) {
        if (Status.isUnsupported(results.status())) {
            reply.fail(Errno.EOPNOTSUPP);
        } else if (results.status() == Status.NOENT) {
            reply.fail(Errno.ENODATA);
        } else {
            LaneMount.fail(reply, results);
        }
    }

    void get(GetxattrIn in, XattrReply reply) {
        var node = mount.node(in.nodeId(), reply);
        var name = node == null || isRefused(reply) ? null : name(in.name(), reply);
        if (name == null) {
            return;
        }
        var call = mount.call(in, node);
        XattrOps.get(call, name);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                fail(reply, results);
                return;
            }
            results.putfh();
            var value = XattrOps.value(results);
            var bytes = results.in().lastBytes();
            if (reply.sizeOnly()) {
                reply.size(bytes);
            } else {
                reply.ok(value, bytes);
            }
        });
    }

    void set(SetxattrIn in, StatusReply reply) {
        var node = mount.node(in.nodeId(), reply);
        var name = node == null || isRefused(reply) ? null : name(in.name(), reply);
        if (name == null) {
            return;
        }
        if (in.valueBytes() > XattrOps.VALUE_BYTES_MAX || !in.valueIsPresent()) {
            reply.fail(Errno.E2BIG);
            return;
        }
        if ((in.flags() & ~(XattrFlags.CREATE | XattrFlags.REPLACE)) != 0 || in.flags() == 3) {
            reply.fail(Errno.EINVAL);
            return;
        }
        change(node, reply, () -> {
            var call = mount.call(in, node).changes();
            XattrOps.set(call, in.flags(), name, in.valueAddress(), (int) in.valueBytes());
            return call;
        });
    }

    private void change(NfsNode node, StatusReply reply, Supplier<Call> made) {
        var delegations = mount.share().delegations();
        delegations.change(
                node,
                mount.session(),
                () -> made.get().about(reply, null, 0).submit((done, results) -> {
                    delegations.changed(node);
                    answer(reply, results);
                }));
    }

    private void answer(StatusReply reply, Results results) {
        if (results.isOk()) {
            reply.ok();
        } else {
            fail(reply, results);
        }
    }

    void remove(RemovexattrIn in, StatusReply reply) {
        var node = mount.node(in.nodeId(), reply);
        var name = node == null || isRefused(reply) ? null : name(in.name(), reply);
        if (name == null) {
            return;
        }
        change(node, reply, () -> {
            var call = mount.call(in, node).changes();
            XattrOps.remove(call, name);
            return call;
        });
    }

    void list(ListxattrIn in, XattrReply reply) {
        var node = mount.node(in.nodeId(), reply);
        if (node != null && !isRefused(reply)) {
            list(in, node, 0, new ByteArrayOutputStream(), LISTS_MAX, reply);
        }
    }

    private void list(
            ListxattrIn in, NfsNode node, long cookie, ByteArrayOutputStream names, int more, XattrReply reply) {
        var call = mount.call(in, node);
        XattrOps.list(call, cookie, LIST_BYTES);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                fail(reply, results);
                return;
            }
            results.putfh();
            var from = XattrOps.listed(results);
            var next = from.getLong();
            var count = from.getCount(NAMES_MAX);
            for (int i = 0; i < count; i++) {
                names.writeBytes(PREFIX);
                names.writeBytes(from.getBytes(XattrOps.VALUE_BYTES_MAX));
                names.write(0);
            }
            var last = from.getFlag();
            if (last || count == 0 || more == 0) {
                answer(names.toByteArray(), reply);
            } else {
                list(in, node, next, names, more - 1, reply);
            }
        });
    }

    private static void answer(byte[] names, XattrReply reply) {
        if (reply.sizeOnly()) {
            reply.size(names.length);
            return;
        }
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(names.length + 1L);
            bytes.asSlice(0, names.length).copyFrom(MemorySegment.ofArray(names));
            reply.ok(bytes.address(), names.length);
        }
    }
}
