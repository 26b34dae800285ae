package org.dpfs4j.fuse;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.wire.BatchForgetIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.ForgetOne;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.InterruptIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.Request;

/**
 * Takes a request to the mount it is about: the session's own operations are answered here, node ids lose their mount in the
 * snapshot, and the names of mounts in the root directory lead into them.
 */
final class RequestRouter extends ChannelInboundHandlerAdapter {
    private static final long FORGET_BYTES = ForgetOne.LAYOUT.byteSize();

    /** Entries of a list that are forgotten in one turn of the lane. */
    private static final int FORGETS = 512;

    private final Session session;
    private final Waits waits;
    private Lane lane;
    private MemorySegment forgets;

    RequestRouter(Session session, Waits waits) {
        this.session = session;
        this.waits = waits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        lane = ((QueueChannel) context.channel()).lane();
        forgets = Memory.at(Memory.allocate(FORGETS * FORGET_BYTES), FORGETS * FORGET_BYTES);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Memory.free(forgets.address());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var slot = (Slot) message;
        try {
            take(context, slot, session.mounted());
        } catch (RuntimeException | Error cause) {
            slot.broken(cause);
        }
    }

    private void take(ChannelHandlerContext context, Slot slot, Mounted mounted) {
        switch (slot.operation()) {
            case INIT -> {
                waits.forgetEarly();
                session.init(slot, (InitIn) slot.request());
            }
            case DESTROY -> {
                session.end();
                slot.ok();
            }
            case INTERRUPT -> {
                waits.interrupt(((InterruptIn) slot.request()).interruptedUnique());
                slot.noReply();
            }
            case NOTIFY_REPLY -> slot.noReply();
            case BATCH_FORGET -> forget(context, slot, mounted, 0);
            default -> route(context, slot, mounted);
        }
    }

    private void route(ChannelHandlerContext context, Slot slot, Mounted mounted) {
        var mount = mounted == null ? null : mounted.of(slot.request().nodeId());
        if (mount == null) {
            slot.refuse(mounted == null ? Errno.EIO : Errno.ESTALE);
            return;
        }
        if (slot.operation() == Operation.LOOKUP && isRefused((NameIn) slot.request(), mounted)) {
            slot.refuse(Errno.EINVAL);
            return;
        }
        if (mounted.mounts().size() > 1) {
            if (slot.operation() == Operation.LOOKUP && enters(slot, mounted)) {
                return;
            }
            var wrong = localize(slot);
            if (wrong != null) {
                slot.refuse(wrong);
                return;
            }
        }
        slot.route(mount, mount.on(lane, mounted.flags()));
        context.fireChannelRead(slot);
    }

    /** "." and ".." mean something only where INIT agreed on it. */
    private static boolean isRefused(NameIn in, Mounted mounted) {
        return (mounted.flags() & InitFlags.EXPORT_SUPPORT) == 0 && in.name().isDots();
    }

    /** Makes the node ids of the snapshot the share's own; a second node in another mount is EXDEV. */
    private static Errno localize(Slot slot) {
        var request = slot.request();
        var second = slot.operation().secondNodeOffset();
        if (second > 0) {
            var other = request.idAt(second);
            if (Mount.indexOf(other) != Mount.indexOf(request.nodeId())) {
                return Errno.EXDEV;
            }
            request.idAt(second, Mount.localId(other));
        }
        request.idAt(Request.NODE_ID, Mount.localId(request.nodeId()));
        return null;
    }

    /** Answers the lookup of a mount in the root directory with the root of that mount. */
    private boolean enters(Slot slot, Mounted mounted) {
        if (slot.request().nodeId() != Protocol.ROOT_ID) {
            return false;
        }
        var name = ((NameIn) slot.request()).name();
        for (var mount : mounted.mounts()) {
            if (mount.name().length > 0 && name.contentEquals(mount.name())) {
                var in = MountLookup.request();
                slot.route(mount, mount.on(lane, mounted.flags()));
                slot.fileSystem().getattr(new GetattrIn(in), new MountLookup(slot));
                return true;
            }
        }
        return false;
    }

    /**
     * Walks the list in place, however it was cut, each entry read once and some in each turn: the lane's other queues have
     * theirs in between. What lies about its length ends early, and so does a list whose session has ended.
     */
    private void forget(ChannelHandlerContext context, Slot slot, Mounted mounted, long first) {
        if (mounted == null || mounted != session.mounted() || context.isRemoved()) {
            slot.noReply();
            return;
        }
        var left = ((BatchForgetIn) slot.request()).count() - first;
        var offset = Request.BODY + Operation.BATCH_FORGET.bodyBytes() + first * FORGET_BYTES;
        var wanted = Math.min(left, FORGETS) * FORGET_BYTES;
        var copied = slot.exchange().request().copyOut(offset, forgets.address(), wanted);
        for (long at = 0; at + FORGET_BYTES <= copied; at += FORGET_BYTES) {
            forget(mounted, ForgetOne.nodeId(forgets, at), ForgetOne.lookups(forgets, at));
        }
        if (copied < wanted || left <= FORGETS) {
            slot.noReply();
        } else {
            slot.defer().answer(() -> forget(context, slot, mounted, first + FORGETS));
        }
    }

    private void forget(Mounted mounted, long nodeId, long lookups) {
        var mount = mounted.of(nodeId);
        if (mount != null) {
            mount.on(lane, mounted.flags()).forget(Mount.localId(nodeId), lookups);
        }
    }
}
