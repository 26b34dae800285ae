package org.dpfs4j.fuse;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueEvent;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.GetxattrIn;
import org.dpfs4j.wire.GetxattrOut;
import org.dpfs4j.wire.IoctlIn;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.OutHeader;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes requests of exchanges: copies header, body and names once out of memory that the guest may change, and checks them.
 * No unchecked size or name leaves here, and nothing is assumed about how the request was cut into descriptors. Bulk data is
 * not copied.
 */
final class FuseDecoder extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FuseDecoder.class);
    private static final int WATCH_SECONDS = 60;

    /** Exchanges whose request is large and waits for memory, in arrival order. */
    private final ArrayDeque<Slot> waiting = new ArrayDeque<>();

    private final Stopwatch stopwatch;
    private final long[] seen = new long[1024];
    private final Session session;
    private final Waits waits;
    private Slot goingOn;
    private Requests requests;
    private Future<?> watchdog;

    /** The decoder of one queue; {@code session} and {@code waits} are its device's. */
    FuseDecoder(Session session, Stopwatch stopwatch, Waits waits) {
        this.session = session;
        this.stopwatch = stopwatch;
        this.waits = waits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var channel = (QueueChannel) context.channel();
        requests = new Requests(
                channel, stopwatch, waits, session.log(), () -> channel.lane().execute(() -> goOn(context)));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        watchdog =
                context.executor().scheduleWithFixedDelay(this::watch, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
        context.fireChannelActive();
    }

    private void watch() {
        var stuck = requests.stuck(seen);
        if (stuck > 0 && session.log().take()) {
            LOG.warn(
                    "queue {}: {} requests unanswered for more than {} s",
                    requests.channel().queueIndex(),
                    stuck,
                    WATCH_SECONDS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (watchdog != null) {
            watchdog.cancel(false);
        }
        requests.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == QueueEvent.CANCEL_IN_FLIGHT) {
            requests.cancelAll();
            waiting.clear();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var slot = requests.slot((Exchange) message);
        slot.begin(context);
        receive(context, slot);
    }

    private void receive(ChannelHandlerContext context, Slot slot) {
        Errno wrong;
        try {
            wrong = snapshot(slot);
        } catch (RuntimeException | Error cause) {
            waiting.remove(slot);
            slot.broken(cause);
            return;
        }
        if (wrong == null) {
            context.fireChannelRead(slot);
        } else if (wrong != Errno.EAGAIN) {
            slot.refuse(wrong);
        }
    }

    /** One that waited need not take the memory after all: its guest may have changed it. Then it is the next one's turn. */
    private void goOn(ChannelHandlerContext context) {
        while (!waiting.isEmpty() && requests.canLend()) {
            var next = waiting.pollFirst();
            next.holdBack(false);
            goingOn = next;
            receive(context, next);
            goingOn = null;
        }
    }

    /** Copies and checks; null when all is well, EAGAIN when the request waits for memory. */
    private Errno snapshot(Slot slot) {
        var source = slot.exchange().request();
        var memory = slot.memory();
        var present = source.copyOut(0, memory.address(), Request.BODY);
        var header = slot.header();
        if (present < Request.BODY) {
            memory.asSlice(present, Request.BODY - present).fill((byte) 0);
            return Errno.EINVAL;
        }
        var operation = operation(header.opcode());
        if (operation == null) {
            return Errno.ENOSYS;
        }
        slot.request(operation, header);
        var length = header.lengthBytes();
        if (length > source.sizeBytes() || length < Request.BODY + operation.bodyBytes()) {
            return Errno.EINVAL;
        }
        var copied = copiedBytes(operation, length);
        if (copied > Limits.LARGE_REQUEST_BYTES) {
            return Errno.E2BIG;
        }
        if (copied > Limits.REQUEST_BYTES) {
            // Who comes now must not overtake those who wait.
            memory = waiting.isEmpty() || slot == goingOn ? requests.borrow(slot) : null;
            if (memory == null) {
                waiting.addLast(slot);
                slot.holdBack(true);
                return Errno.EAGAIN;
            }
            Memory.copy(slot.memory().address(), memory.address(), Request.BODY);
        }
        source.copyOut(Request.BODY, memory.address() + Request.BODY, copied - Request.BODY);
        if (copied < memory.byteSize()) {
            memory.set(ValueLayout.JAVA_BYTE, copied, (byte) 0);
        }
        var request = slot.view(operation, memory);
        slot.request(operation, request);
        var wrong = checkNames(operation, memory, length);
        return wrong == null ? layOut(slot, operation, request, length) : wrong;
    }

    /** The row of an opcode, or null; what one of them means depends on what was negotiated. */
    private Operation operation(int opcode) {
        var operation = Operation.of(opcode);
        if (operation != Operation.SETXATTR) {
            return operation;
        }
        var mounted = session.mounted();
        return mounted == null ? operation : operation.negotiated(mounted.flags());
    }

    /** How much of a request is copied: all but bulk data and lists that are walked in place. */
    private static long copiedBytes(Operation operation, long length) {
        return switch (operation.tail()) {
            case DATA, FORGETS -> Request.BODY + operation.bodyBytes();
            default -> length;
        };
    }

    private static Errno checkNames(Operation operation, MemorySegment memory, long length) {
        var tail = operation.tail();
        if (tail.names() == 0) {
            return null;
        }
        var start = (long) Request.BODY + operation.bodyBytes();
        var end = tail.endOfNames(memory, start, length);
        if (end < 0) {
            return Errno.EINVAL;
        }
        var from = start;
        for (int i = 0; i < tail.names(); i++) {
            var bytes = lengthOf(memory, from);
            var entry = i < tail.entryNames();
            if (bytes > (entry ? Limits.NAME_BYTES : Limits.PATH_BYTES - 1)) {
                return Errno.ENAMETOOLONG;
            }
            // What a guest's own file handles lead to is asked for by ".", if the session knows of it.
            var exported = operation == Operation.LOOKUP && Name.isDots(memory, from);
            if (entry && !exported && !Name.isEntryName(memory, from)) {
                return Errno.EINVAL;
            }
            from += bytes + 1;
        }
        return null;
    }

    private static long lengthOf(MemorySegment memory, long from) {
        var end = from;
        while (memory.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return end - from;
    }

    /** Finds the room for the answer, and what is moved without a copy. */
    private static Errno layOut(Slot slot, Operation operation, Request request, long length) {
        var exchange = slot.exchange();
        var room = exchange.reply().sizeBytes() - OutHeader.BYTES;
        if (operation.answer() != Answer.NOTHING && room < operation.answer().bytes()) {
            return Errno.EINVAL;
        }
        switch (operation) {
            case READ -> target(slot, ((ReadIn) request).sizeBytes());
            case READDIR, READDIRPLUS -> target(slot, ((ReaddirIn) request).sizeBytes());
            case GETXATTR -> {
                return value(slot, ((GetxattrIn) request).sizeBytes(), room);
            }
            case LISTXATTR -> {
                return value(slot, ((ListxattrIn) request).sizeBytes(), room);
            }
            case READLINK -> target(slot, Limits.PATH_BYTES);
            case WRITE -> {
                return payload(slot, operation, ((WriteIn) request).sizeBytes(), length);
            }
            case IOCTL -> {
                return payload(slot, operation, ((IoctlIn) request).inBytes(), length);
            }
            case SETXATTR, SETXATTR_EXT -> {
                return ((SetxattrIn) request).valueIsPresent() ? null : Errno.EINVAL;
            }
            case CREATE -> {
                return checked(((CreateIn) request).extensions());
            }
            case MKNOD -> {
                return checked(((MknodIn) request).extensions());
            }
            case MKDIR -> {
                return checked(((MkdirIn) request).extensions());
            }
            case SYMLINK -> {
                return checked(((SymlinkIn) request).extensions());
            }
            case TMPFILE -> {
                return checked(((TmpfileIn) request).extensions());
            }
            default -> {}
        }
        return null;
    }

    private static Errno checked(Extensions extensions) {
        return extensions.wellFormed() ? null : Errno.EINVAL;
    }

    private static void target(Slot slot, long sizeBytes) {
        slot.data().slice(slot.exchange().reply(), OutHeader.BYTES, Math.min(sizeBytes, Limits.TRANSFER_BYTES));
    }

    /** A size of 0 asks for the size, which is a structure. */
    private static Errno value(Slot slot, long sizeBytes, long room) {
        if (room < (sizeBytes == 0 ? GetxattrOut.BYTES : sizeBytes)) {
            return Errno.EINVAL;
        }
        target(slot, sizeBytes);
        return null;
    }

    private static Errno payload(Slot slot, Operation operation, long bytes, long length) {
        var before = Request.BODY + operation.bodyBytes();
        if (bytes > length - before || bytes > Limits.TRANSFER_BYTES) {
            return Errno.EINVAL;
        }
        slot.data().slice(slot.exchange().request(), before, bytes);
        return null;
    }
}
