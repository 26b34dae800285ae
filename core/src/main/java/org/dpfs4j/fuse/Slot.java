package org.dpfs4j.fuse;

import io.netty.channel.ChannelHandlerContext;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.IoctlReply;
import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.PollReply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.fs.Waiting;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.BmapOut;
import org.dpfs4j.wire.CopyFileRangeOut;
import org.dpfs4j.wire.Dirent;
import org.dpfs4j.wire.DirentPlus;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetxattrOut;
import org.dpfs4j.wire.IoctlOut;
import org.dpfs4j.wire.LkOut;
import org.dpfs4j.wire.LseekOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.OutHeader;
import org.dpfs4j.wire.PollOut;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.StatfsOut;
import org.dpfs4j.wire.StatxOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request in flight: its snapshot, its answer, and every typed face of it. One class implements all faces, so that they
 * cost no object and the compiler sees one implementation; that is why it is long. It belongs to one exchange of one queue
 * and is used again for every request of it. Everything runs on the queue's lane but {@link #add}, {@link #fits} and
 * {@link #entry}, which one worker may use while the request is its own.
 *
 * <pre>
 *   memory: | request, {@link Limits#REQUEST_BYTES} | reply header | reply structure, or one directory entry |
 * </pre>
 */
final class Slot
        implements EntryReply,
                AttrReply,
                OpenReply,
                CreateReply,
                DataReply,
                WriteReply,
                DirReply,
                XattrReply,
                StatfsReply,
                LockReply,
                OffsetReply,
                StatxReply,
                PollReply,
                IoctlReply,
                StatusReply {
    /** Room for the largest reply structure and for the largest directory entry. */
    static final int REPLY_BYTES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final int BODY = Limits.REQUEST_BYTES + OutHeader.BYTES;

    private final Exchange exchange;
    private final Requests requests;
    private final long address = Memory.allocate(BODY + REPLY_BYTES);
    private final MemorySegment memory = Memory.at(address, BODY + REPLY_BYTES);
    private final OutHeader header = new OutHeader(memory, Limits.REQUEST_BYTES);
    private final ReplyViews views = new ReplyViews(memory, BODY);
    private final Iovecs data;
    private final Request head = new Request(memory);
    private final Request[] requestViews = new Request[Operation.COUNT];

    private ChannelHandlerContext context;
    private Operation operation;
    private Request request;
    private Mount mount;
    private FileSystem fileSystem;
    private long generation;
    private long began;
    private boolean open;
    private boolean deferred;
    private boolean cancelled;
    private Waiting waiting;
    private boolean retired;
    private boolean silent;
    private int error;
    private long structureBytes;
    private long dataBytes;
    private long writtenBytes;

    Slot(Exchange exchange, Requests requests) {
        this.exchange = exchange;
        this.requests = requests;
        data = new Iovecs(requests.iovecs());
    }

    // --- the pipeline's side ----------------------------------------------------------------------------------------

    Exchange exchange() {
        return exchange;
    }

    /** The slot's own memory, which begins with the request's snapshot. */
    MemorySegment memory() {
        return memory;
    }

    /** Begins the life of a request; its answer goes out from {@code from}. */
    void begin(ChannelHandlerContext from) {
        assert !open : "still in flight: " + this;
        context = from;
        generation++;
        began = requests.stopwatch().begins();
        open = true;
        cancelled = false;
        silent = false;
        mount = null;
        fileSystem = null;
        operation = null;
        request = head;
        error = 0;
        structureBytes = 0;
        dataBytes = 0;
        writtenBytes = 0;
    }

    /** The request's header, whatever it asks for. */
    Request header() {
        return head;
    }

    /** A view of the request in {@code at}; the one of the slot's own memory is made once. */
    Request view(Operation of, MemorySegment at) {
        if (at.address() != address) {
            return of.view(at);
        }
        var view = requestViews[of.ordinal()];
        if (view == null) {
            view = of.view(memory);
            requestViews[of.ordinal()] = view;
        }
        return view;
    }

    /** Names the operation and the checked request. */
    void request(Operation named, Request checked) {
        operation = named;
        request = checked;
        structureBytes = named.answer().bytes();
        views.clear(named.answer().zeroedBytes());
    }

    /** The part of the request or reply that is moved without a copy of ours. */
    Iovecs data() {
        return data;
    }

    /** Names the mount that answers, and its file system on this lane. */
    void route(Mount to, FileSystem on) {
        mount = to;
        fileSystem = on;
    }

    FileSystem fileSystem() {
        return fileSystem;
    }

    Operation operation() {
        return operation;
    }

    Request request() {
        return request;
    }

    long generation() {
        return generation;
    }

    boolean isOpen() {
        return open;
    }

    /** When it came, by the queue's stopwatch. */
    long began() {
        return began;
    }

    /** The errno that it is answered with, or 0. */
    int error() {
        return error;
    }

    /** Bytes of the file that a READ has given to the guest, or a WRITE has taken. */
    long movedBytes() {
        return error != 0 ? 0 : dataBytes + writtenBytes;
    }

    boolean isRetired() {
        return retired;
    }

    /** The request waits for something that is not an operation; {@link #cancel} then ends it at once. */
    void holdBack(boolean waits) {
        if (waits != deferred) {
            deferred = waits;
            requests.stopwatch().waits(waits);
        }
    }

    /** Whether the request waits for what somebody else does, and may do so for long. */
    boolean isParked() {
        return waiting != null;
    }

    /** INTERRUPT: ends the request of this generation if it still waits; another one has not been meant. */
    void interrupt(long interrupted) {
        if (open && generation == interrupted && waiting != null) {
            stopWaiting();
        }
    }

    private void stopWaiting() {
        try {
            if (waiting.leave()) {
                refuse(Errno.EINTR);
            }
        } catch (RuntimeException | Error cause) {
            broken(cause);
        }
    }

    /**
     * Ends a request early because its queue stops: a parked one is answered now, one that runs is cancelled and ends with
     * its operations.
     */
    void cancel() {
        if (!open) {
            return;
        }
        cancelled = true;
        if (waiting != null) {
            stopWaiting();
        } else if (deferred) {
            refuse(Errno.EINTR);
        } else {
            requests.lane().cancel(this);
        }
    }

    /** Nobody will use this slot again; its memory goes with its request. */
    void retire() {
        retired = true;
        if (!open) {
            free();
        }
    }

    void free() {
        data.close();
        Memory.free(address);
    }

    /** Ends the request with an error; one that has no answer gets none for being wrong, either. */
    void refuse(Errno wrong) {
        if (operation != null && operation.answer() == Answer.NOTHING) {
            noReply();
        } else {
            fail(wrong);
        }
    }

    /** The request's answer is nothing: the chain goes back as it is. */
    void noReply() {
        silent = true;
        finish();
    }

    /** Writes header and structure to the guest; returns the bytes of the whole reply, 0 where there is none. */
    long encode() {
        requests.release(this);
        data.clear();
        if (silent || exchange.isOrphan() || exchange.reply().sizeBytes() < OutHeader.BYTES) {
            return 0;
        }
        var structure = error == 0 ? structureBytes : 0;
        var total = OutHeader.BYTES + structure + (error == 0 ? dataBytes : 0);
        header.lengthBytes(total).error(error).unique(head.unique());
        exchange.reply().copyIn(0, address + Limits.REQUEST_BYTES, OutHeader.BYTES + structure);
        return total;
    }

    private void finish() {
        if (!open) {
            throw new IllegalStateException("answered twice: " + this);
        }
        open = false;
        holdBack(false);
        if (waiting != null) {
            waiting = null;
            requests.unpark(this);
        }
        if (retired) {
            requests.stopwatch().abandoned();
            requests.release(this);
            requests.channel().push(exchange, 0);
            free();
        } else {
            context.write(this, context.voidPromise());
        }
    }

    // --- the backend's side -----------------------------------------------------------------------------------------

    @Override
    public void fail(Errno errno) {
        error = mount != null && errno == Errno.ENOSYS ? mount.unsupported().code() : errno.code();
        finish();
    }

    @Override
    public void ok() {
        if (operation.answer() == Answer.ENTRY || operation.answer() == Answer.CREATE) {
            qualify();
        }
        finish();
    }

    /** Node ids leave with their mount in front. */
    private void qualify() {
        var local = views.entry().nodeId();
        if (local != 0) {
            views.entry().nodeId(mount.qualified(local));
        }
    }

    /** An {@link InternalError} is a fault in memory, most likely the guest's; the channel finds out whose. */
    @Override
    public void broken(Throwable cause) {
        if (cause instanceof InternalError fault) {
            requests.channel().memoryFault(fault);
        } else if (requests.causes().isNew(cause)) {
            LOG.error("{} failed; the same again is not logged", this, cause);
        }
        if (open) {
            refuse(Errno.EIO);
        }
    }

    @Override
    public Deferred defer() {
        holdBack(true);
        return new Token(this, generation, requests.lane());
    }

    @Override
    public Deferred park(Waiting how) {
        if (!requests.park(this)) {
            return null;
        }
        waiting = how;
        if (cancelled) {
            var wanted = generation;
            requests.lane().execute(() -> interrupt(wanted));
        }
        return defer();
    }

    @Override
    public EntryOut entry() {
        return views.entry();
    }

    @Override
    public AttrOut attr() {
        return views.attr();
    }

    @Override
    public OpenOut opened() {
        return operation.answer() == Answer.CREATE ? views.created() : views.opened();
    }

    @Override
    public StatfsOut statfs() {
        return views.statfs();
    }

    @Override
    public LkOut lock() {
        return views.lock();
    }

    @Override
    public StatxOut statx() {
        return views.statx();
    }

    /** The structure's place, for INIT. */
    ReplyViews views() {
        return views;
    }

    /**
     * Whether this reads the directory that has other mounts in it: entries with attributes would show the guest what lies
     * under the mounts, without a LOOKUP that leads into them. Such a reply carries names only (node ids of 0).
     */
    boolean listsNamesOnly() {
        return mount.hasOthersBelow() && head.nodeId() == Protocol.ROOT_ID;
    }

    @Override
    public Iovecs target() {
        return data;
    }

    @Override
    public Iovecs source() {
        return data;
    }

    @Override
    public void ok(long number) {
        switch (operation.answer()) {
            case DATA -> {
                assert number >= 0 && number <= data.sizeBytes() : number;
                dataBytes = number;
            }
            case WRITE -> {
                views.written().sizeBytes(number);
                writtenBytes = number;
            }
            case COPY_64 -> new CopyFileRangeOut(memory, BODY).bytesCopied(number);
            case SEEK -> new LseekOut(memory, BODY).offset(number);
            case BLOCK -> new BmapOut(memory, BODY).block(number);
            default -> throw new IllegalStateException("no number answers " + operation);
        }
        finish();
    }

    @Override
    public void ok(long from, long bytes) {
        if (bytes > data.sizeBytes()) {
            fail(Errno.ERANGE);
            return;
        }
        data.copyIn(0, from, bytes);
        dataBytes = bytes;
        finish();
    }

    @Override
    public boolean sizeOnly() {
        return data.sizeBytes() == 0;
    }

    @Override
    public void size(long bytes) {
        new GetxattrOut(memory, BODY).sizeBytes(bytes);
        structureBytes = GetxattrOut.BYTES;
        finish();
    }

    @Override
    public void ok(int events) {
        new PollOut(memory, BODY).events(events);
        finish();
    }

    @Override
    public void ok(int result, long from, long bytes) {
        var room = exchange.reply().sizeBytes() - OutHeader.BYTES - IoctlOut.BYTES;
        if (bytes > room) {
            fail(Errno.ERANGE);
            return;
        }
        new IoctlOut(memory, BODY).result(result);
        exchange.reply().copyIn(OutHeader.BYTES + IoctlOut.BYTES, from, bytes);
        dataBytes = bytes;
        finish();
    }

    @Override
    public boolean fits(int nameLength) {
        var bytes =
                operation == Operation.READDIRPLUS ? DirentPlus.sizeBytes(nameLength) : Dirent.sizeBytes(nameLength);
        return dataBytes + bytes <= data.sizeBytes();
    }

    @Override
    public void add(long ino, long cookie, int type, long nameAddress, int nameLength) {
        var at = address + BODY;
        int bytes;
        if (operation == Operation.READDIRPLUS) {
            qualify();
            bytes = EntryOut.BYTES
                    + Dirent.write(
                            at + EntryOut.BYTES,
                            REPLY_BYTES - EntryOut.BYTES,
                            ino,
                            cookie,
                            type,
                            nameAddress,
                            nameLength);
        } else {
            bytes = Dirent.write(at, REPLY_BYTES, ino, cookie, type, nameAddress, nameLength);
        }
        dataBytes += data.copyIn(dataBytes, at, bytes);
        views.clear(EntryOut.BYTES);
    }

    @Override
    public String toString() {
        return operation == null ? "request without a name" : operation + " of node " + head.nodeId();
    }
}
