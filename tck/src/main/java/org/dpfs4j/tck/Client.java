package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.BmapIn;
import org.dpfs4j.wire.CopyFileRangeIn;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.FallocateIn;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.GetxattrIn;
import org.dpfs4j.wire.IoctlIn;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.PollIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RemovemappingIn;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.Rename2In;
import org.dpfs4j.wire.RenameFlags;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetattrValid;
import org.dpfs4j.wire.SetupmappingIn;
import org.dpfs4j.wire.SetxattrExtIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.StatxOut;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.SyncfsIn;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;

/**
 * A guest's kernel for tests: asks one lane's {@link FileSystem} and waits for the answer. Each method is one request. What
 * the file system does against the contract is collected in {@link #violations}. From any thread but the lane's; longer than
 * other files; why: it has every operation.
 *
 * <pre>{@code
 * var client = new Client(lanes.lane(0), share, share.features());
 * var made = client.create(Protocol.ROOT_ID, "a", 0644).ok();
 * client.write(made.opened(), 0, "hello".getBytes(UTF_8)).ok();
 * client.lookup(Protocol.ROOT_ID, "b").fails(Errno.ENOENT);
 * }</pre>
 */
public final class Client implements AutoCloseable {
    /** Reply room for the names of a directory, as the kernel asks for it. */
    public static final int NAMES_BYTES = 4096;

    private final Lane lane;
    private final FileSystem fileSystem;
    private final IovecPool pool = new IovecPool();
    private final List<Iovecs> lists = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private volatile int uid;
    private volatile int gid;
    private volatile boolean faults;

    /** A client of a share on one lane; one lane of a share has one client. */
    public Client(Lane lane, Share share, long negotiatedFlags) {
        this.lane = lane;
        fileSystem = onLane(() -> share.attach(lane, negotiatedFlags));
    }

    /** A client of a file system that is not in a share. */
    public Client(Lane lane, FileSystem fileSystem) {
        this.lane = lane;
        this.fileSystem = fileSystem;
    }

    /** Whom further requests come from; root at first. */
    public void actAs(int callerUid, int callerGid) {
        uid = callerUid;
        gid = callerGid;
    }

    /**
     * Whether the memory of further requests is gone, as when a VMM truncates its file: what a file system reads of it or copies
     * to it throws an {@link InternalError}, and the request fails with EIO.
     */
    public void memoryFaults(boolean gone) {
        faults = gone;
    }

    /** What was done against the contract so far, in words. */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    /** Frees what requests were given; all must be answered. */
    @Override
    public void close() {
        onLane(() -> {
            lists.forEach(Iovecs::close);
            pool.close();
            return null;
        });
    }

    private <V> V onLane(Callable<V> task) {
        var result = new FutureTask<>(task);
        lane.execute(result);
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private <I extends Request, T> Pending<T> start(
            Call call,
            Function<MemorySegment, I> view,
            BiConsumer<I, ReplyProbe<T>> method,
            Function<ReplyProbe<T>, T> seen) {
        call.request()
                .header("uid", uid)
                .header("gid", gid)
                .header("pid", ProcessHandle.current().pid());
        var reply = new ReplyProbe<>(call, lane, violations::add, seen, faults);
        lane.execute(() -> {
            var list = new Iovecs(pool);
            lists.add(list);
            reply.ask(list, in -> probe -> method.accept(view.apply(in), probe));
        });
        return new Pending<>(lane, reply);
    }

    private <I extends Request, T> Answer<T> ask(
            Call call,
            Function<MemorySegment, I> view,
            BiConsumer<I, ReplyProbe<T>> method,
            Function<ReplyProbe<T>, T> seen) {
        return start(call, view, method, seen).await();
    }

    private static Void nothing(ReplyProbe<Void> reply) {
        return null;
    }

    private static Seen.Entry entry(ReplyProbe<Seen.Entry> reply) {
        return Seen.Entry.of(reply.entry());
    }

    private static Seen.Attributes attributes(ReplyProbe<Seen.Attributes> reply) {
        return Seen.Attributes.of(reply.attr().attr());
    }

    private static Function<ReplyProbe<Seen.Opened>, Seen.Opened> opened(long node) {
        return reply ->
                new Seen.Opened(node, reply.opened().handle(), reply.opened().flags());
    }

    private static Seen.Created created(ReplyProbe<Seen.Created> reply) {
        var made = Seen.Entry.of(reply.entry());
        return new Seen.Created(
                made,
                new Seen.Opened(
                        made.nodeId(), reply.opened().handle(), reply.opened().flags()));
    }

    /** FORGET; nothing is answered, so this waits until the lane has done it. */
    public void forget(long node, long lookups) {
        onLane(() -> {
            fileSystem.forget(node, lookups);
            return null;
        });
    }

    /** LOOKUP. */
    public Answer<Seen.Entry> lookup(long parent, String name) {
        return lookup(parent, bytes(name));
    }

    /** LOOKUP. */
    public Answer<Seen.Entry> lookup(long parent, byte[] name) {
        var call = Call.plain(text("LOOKUP", parent, name), FuseRequests.named(Opcode.LOOKUP, parent, name));
        return ask(call, NameIn::new, fileSystem::lookup, Client::entry);
    }

    /** GETATTR. */
    public Answer<Seen.Attributes> getattr(long node) {
        var call = Call.plain("GETATTR " + node, FuseRequests.getattr(node));
        return ask(call, GetattrIn::new, fileSystem::getattr, Client::attributes);
    }

    /** GETATTR of an open file. */
    public Answer<Seen.Attributes> getattr(Seen.Opened file) {
        return ask(
                Call.plain("GETATTR of " + file, FuseRequests.getattr(file)),
                GetattrIn::new,
                fileSystem::getattr,
                Client::attributes);
    }

    /** SETATTR; {@code change} sets {@code valid} ({@link SetattrValid}) and the fields it names. */
    public Answer<Seen.Attributes> setattr(long node, UnaryOperator<RequestBytes> change) {
        var call = Call.plain("SETATTR " + node, change.apply(FuseRequests.setattr(node)));
        return ask(call, SetattrIn::new, fileSystem::setattr, Client::attributes);
    }

    /** SETATTR of the size. */
    public Answer<Seen.Attributes> truncate(long node, long size) {
        return setattr(node, in -> in.set("valid", SetattrValid.SIZE).set("size", size));
    }

    /** READLINK. */
    public Answer<byte[]> readlink(long node) {
        var call = Call.withRoom("READLINK " + node, FuseRequests.readlink(node), Call.Kind.DATA, Limits.PATH_BYTES);
        return ask(call, Request::new, fileSystem::readlink, ReplyProbe::bytes);
    }

    /** SYMLINK. */
    public Answer<Seen.Entry> symlink(long parent, String name, byte[] target) {
        var request = FuseRequests.symlink(parent, name, target);
        return ask(
                Call.plain("SYMLINK " + parent + "/" + name, request),
                SymlinkIn::new,
                fileSystem::symlink,
                Client::entry);
    }

    /** SYMLINK; {@code change} adds to the request. */
    public Answer<Seen.Entry> symlink(long parent, String name, byte[] target, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.symlink(parent, name, target));
        return ask(
                Call.plain("SYMLINK " + parent + "/" + name, request),
                SymlinkIn::new,
                fileSystem::symlink,
                Client::entry);
    }

    /** MKNOD. */
    public Answer<Seen.Entry> mknod(long parent, String name, int mode, int rdev) {
        return mknod(parent, name, mode, rdev, request -> request);
    }

    /** MKNOD; {@code change} adds to the request. */
    public Answer<Seen.Entry> mknod(long parent, String name, int mode, int rdev, UnaryOperator<RequestBytes> change) {
        var request = change.apply(request(Opcode.MKNOD, parent)
                .with(MknodIn.LAYOUT)
                .set("mode", mode)
                .set("rdev", rdev)
                .name(name));
        return ask(Call.plain("MKNOD " + parent + "/" + name, request), MknodIn::new, fileSystem::mknod, Client::entry);
    }

    /** MKDIR. */
    public Answer<Seen.Entry> mkdir(long parent, String name, int mode) {
        return mkdir(parent, bytes(name), mode);
    }

    /** MKDIR. */
    public Answer<Seen.Entry> mkdir(long parent, byte[] name, int mode) {
        var request = FuseRequests.mkdir(parent, name, mode);
        return ask(Call.plain(text("MKDIR", parent, name), request), MkdirIn::new, fileSystem::mkdir, Client::entry);
    }

    /** MKDIR; {@code change} adds to the request. */
    public Answer<Seen.Entry> mkdir(long parent, String name, int mode, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.mkdir(parent, bytes(name), mode));
        return ask(
                Call.plain(text("MKDIR", parent, bytes(name)), request),
                MkdirIn::new,
                fileSystem::mkdir,
                Client::entry);
    }

    /** UNLINK. */
    public Answer<Void> unlink(long parent, String name) {
        var call =
                Call.plain(text("UNLINK", parent, bytes(name)), FuseRequests.named(Opcode.UNLINK, parent, bytes(name)));
        return ask(call, NameIn::new, fileSystem::unlink, Client::nothing);
    }

    /** RMDIR. */
    public Answer<Void> rmdir(long parent, String name) {
        var call =
                Call.plain(text("RMDIR", parent, bytes(name)), FuseRequests.named(Opcode.RMDIR, parent, bytes(name)));
        return ask(call, NameIn::new, fileSystem::rmdir, Client::nothing);
    }

    /** RENAME. */
    public Answer<Void> rename(long parent, String name, long newParent, String newName) {
        var request = FuseRequests.rename(parent, name, newParent, newName);
        var call = Call.plain("RENAME " + parent + "/" + name + " to " + newParent + "/" + newName, request);
        return ask(call, RenameIn::new, fileSystem::rename, Client::nothing);
    }

    /** RENAME2; {@code flags} are {@link RenameFlags}. */
    public Answer<Void> rename(long parent, String name, long newParent, String newName, int flags) {
        var request = request(Opcode.RENAME2, parent)
                .with(Rename2In.LAYOUT)
                .set("newdir", newParent)
                .set("flags", flags)
                .name(name)
                .name(newName);
        var call = Call.plain(
                "RENAME2 " + parent + "/" + name + " to " + newParent + "/" + newName + ", " + flags, request);
        return ask(call, Rename2In::new, fileSystem::rename, Client::nothing);
    }

    /** LINK. */
    public Answer<Seen.Entry> link(long node, long newParent, String newName) {
        var request = request(Opcode.LINK, newParent)
                .with(LinkIn.LAYOUT)
                .set("oldnodeid", node)
                .name(newName);
        return ask(
                Call.plain("LINK " + node + " as " + newParent + "/" + newName, request),
                LinkIn::new,
                fileSystem::link,
                Client::entry);
    }

    /** OPEN; {@code flags} are {@link OpenFlags} of this machine. */
    public Answer<Seen.Opened> open(long node, int flags) {
        var request = FuseRequests.open(node, flags);
        return ask(Call.plain("OPEN " + node + ", " + flags, request), OpenIn::new, fileSystem::open, opened(node));
    }

    /** OPEN; {@code change} adds to the request. */
    public Answer<Seen.Opened> open(long node, int flags, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.open(node, flags));
        return ask(Call.plain("OPEN " + node + ", " + flags, request), OpenIn::new, fileSystem::open, opened(node));
    }

    /** READ. */
    public Answer<byte[]> read(Seen.Opened file, long offset, int size) {
        return startRead(file, offset, size).await();
    }

    /** READ without waiting for the answer. */
    public Pending<byte[]> startRead(Seen.Opened file, long offset, int size) {
        var request = FuseRequests.read(file, offset, size);
        var call = Call.withRoom("READ of " + file + " at " + offset, request, Call.Kind.DATA, size);
        return start(call, ReadIn::new, fileSystem::read, ReplyProbe::bytes);
    }

    /** WRITE; answers how many bytes were taken. */
    public Answer<Long> write(Seen.Opened file, long offset, byte[] data) {
        return startWrite(file, offset, data).await();
    }

    /** WRITE; {@code change} adds to the request. */
    public Answer<Long> write(Seen.Opened file, long offset, byte[] data, UnaryOperator<RequestBytes> change) {
        return startWrite(file, offset, data, 0, change).await();
    }

    /** WRITE without waiting for the answer. */
    public Pending<Long> startWrite(Seen.Opened file, long offset, byte[] data) {
        return startWrite(file, offset, data, 0, request -> request);
    }

    /** WRITE by a descriptor that appends now: a guest says so with each WRITE, at whatever offset. */
    public Pending<Long> startAppend(Seen.Opened file, byte[] data) {
        return startWrite(file, 0, data, OpenFlags.APPEND, request -> request);
    }

    private Pending<Long> startWrite(
            Seen.Opened file, long offset, byte[] data, int flags, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.write(file, offset, data.length, flags));
        request.header("len", Request.BODY + WriteIn.LAYOUT.byteSize() + data.length);
        var call = Call.withPayload("WRITE to " + file + " at " + offset, request, data);
        return start(call, WriteIn::new, fileSystem::write, ReplyProbe::number);
    }

    /** STATFS. */
    public Answer<Seen.Space> statfs(long node) {
        return ask(
                Call.plain("STATFS " + node, request(Opcode.STATFS, node)),
                Request::new,
                fileSystem::statfs,
                Client::space);
    }

    private static Seen.Space space(ReplyProbe<Seen.Space> reply) {
        var out = reply.statfs();
        return new Seen.Space(
                out.blocks(),
                out.freeBlocks(),
                out.availableBlocks(),
                out.files(),
                out.freeFiles(),
                out.blockBytes(),
                out.fragmentBytes(),
                out.nameMax());
    }

    /** RELEASE. */
    public Answer<Void> release(Seen.Opened file) {
        return release(file, in -> in);
    }

    /** RELEASE, changed by {@code change}. */
    public Answer<Void> release(Seen.Opened file, UnaryOperator<RequestBytes> change) {
        return startRelease(file, change).await();
    }

    /** As {@link #release}, without waiting for the answer. */
    public Pending<Void> startRelease(Seen.Opened file, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.release(Opcode.RELEASE, file));
        return start(Call.plain("RELEASE of " + file, request), ReleaseIn::new, fileSystem::release, Client::nothing);
    }

    /** FSYNC. */
    public Answer<Void> fsync(Seen.Opened file, boolean dataOnly) {
        return ask(fsyncCall(Opcode.FSYNC, file, dataOnly), FsyncIn::new, fileSystem::fsync, Client::nothing);
    }

    /** FSYNCDIR. */
    public Answer<Void> fsyncdir(Seen.Opened directory, boolean dataOnly) {
        return ask(
                fsyncCall(Opcode.FSYNCDIR, directory, dataOnly), FsyncIn::new, fileSystem::fsyncdir, Client::nothing);
    }

    private static Call fsyncCall(Opcode opcode, Seen.Opened file, boolean dataOnly) {
        return Call.plain(opcode + " of " + file, FuseRequests.fsync(opcode, file, dataOnly));
    }

    /** SETXATTR. */
    public Answer<Void> setxattr(long node, String name, byte[] value, int flags) {
        var request = request(Opcode.SETXATTR, node)
                .with(SetxattrIn.LAYOUT)
                .set("size", value.length)
                .set("flags", flags)
                .name(name)
                .data(value);
        return ask(
                Call.plain("SETXATTR " + node + " " + name, request),
                SetxattrIn::new,
                fileSystem::setxattr,
                Client::nothing);
    }

    /** SETXATTR as it is sent once SETXATTR_EXT was negotiated; {@code extFlags} are {@code FUSE_SETXATTR_*}. */
    public Answer<Void> setxattrExt(long node, String name, byte[] value, int flags, int extFlags) {
        var request = request(Opcode.SETXATTR, node)
                .with(SetxattrExtIn.LAYOUT)
                .set("size", value.length)
                .set("flags", flags)
                .set("setxattr_flags", extFlags)
                .name(name)
                .data(value);
        return ask(
                Call.plain("SETXATTR " + node + " " + name, request),
                SetxattrExtIn::new,
                fileSystem::setxattr,
                Client::nothing);
    }

    /** GETXATTR. */
    public Answer<byte[]> getxattr(long node, String name, int room) {
        return ask(getxattrCall(node, name, room), GetxattrIn::new, fileSystem::getxattr, ReplyProbe::bytes);
    }

    /** GETXATTR that asks for the size only. */
    public Answer<Long> getxattrSize(long node, String name) {
        return ask(getxattrCall(node, name, 0), GetxattrIn::new, fileSystem::getxattr, ReplyProbe::number);
    }

    private static Call getxattrCall(long node, String name, int room) {
        var request = request(Opcode.GETXATTR, node)
                .with(GetxattrIn.LAYOUT)
                .set("size", room)
                .name(name);
        return Call.withRoom("GETXATTR " + node + " " + name, request, Call.Kind.VALUE, room);
    }

    /** LISTXATTR. */
    public Answer<byte[]> listxattr(long node, int room) {
        return ask(listxattrCall(node, room), ListxattrIn::new, fileSystem::listxattr, ReplyProbe::bytes);
    }

    /** LISTXATTR that asks for the size only. */
    public Answer<Long> listxattrSize(long node) {
        return ask(listxattrCall(node, 0), ListxattrIn::new, fileSystem::listxattr, ReplyProbe::number);
    }

    private static Call listxattrCall(long node, int room) {
        return Call.withRoom(
                "LISTXATTR " + node,
                request(Opcode.LISTXATTR, node).with(ListxattrIn.LAYOUT).set("size", room),
                Call.Kind.VALUE,
                room);
    }

    /** REMOVEXATTR. */
    public Answer<Void> removexattr(long node, String name) {
        var call = Call.plain(
                "REMOVEXATTR " + node + " " + name,
                request(Opcode.REMOVEXATTR, node).name(name));
        return ask(call, RemovexattrIn::new, fileSystem::removexattr, Client::nothing);
    }

    /** FLUSH. */
    public Answer<Void> flush(Seen.Opened file) {
        return flush(file, 0);
    }

    /** FLUSH by an owner of locks. */
    public Answer<Void> flush(Seen.Opened file, long lockOwner) {
        var request = request(Opcode.FLUSH, file.nodeId())
                .with(FlushIn.LAYOUT)
                .set("fh", file.handle())
                .set("lock_owner", lockOwner);
        return ask(Call.plain("FLUSH of " + file, request), FlushIn::new, fileSystem::flush, Client::nothing);
    }

    /** OPENDIR. */
    public Answer<Seen.Opened> opendir(long node) {
        var request = FuseRequests.opendir(node);
        return ask(Call.plain("OPENDIR " + node, request), OpenIn::new, fileSystem::opendir, opened(node));
    }

    /** READDIR. */
    public Answer<List<Seen.Listed>> readdir(Seen.Opened directory, long cookie, int size) {
        var call = readdirCall(Opcode.READDIR, directory, cookie, size, Call.Kind.NAMES);
        return ask(call, ReaddirIn::new, fileSystem::readdir, ReplyProbe::entries);
    }

    /** READDIRPLUS. */
    public Answer<List<Seen.Listed>> readdirplus(Seen.Opened directory, long cookie, int size) {
        var call = readdirCall(Opcode.READDIRPLUS, directory, cookie, size, Call.Kind.NAMES_PLUS);
        return ask(call, ReaddirIn::new, fileSystem::readdirplus, ReplyProbe::entries);
    }

    private static Call readdirCall(Opcode opcode, Seen.Opened directory, long cookie, int size, Call.Kind kind) {
        var request = FuseRequests.readdir(opcode, directory, cookie, size);
        return Call.withRoom(opcode + " of " + directory + " after " + cookie, request, kind, size);
    }

    /** RELEASEDIR. */
    public Answer<Void> releasedir(Seen.Opened directory) {
        var request = FuseRequests.release(Opcode.RELEASEDIR, directory);
        return ask(
                Call.plain("RELEASEDIR of " + directory, request),
                ReleaseIn::new,
                fileSystem::releasedir,
                Client::nothing);
    }

    /** GETLK. */
    public Answer<Seen.Lock> getlk(Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        return ask(lockCall(Opcode.GETLK, file, lock), LkIn::new, fileSystem::getlk, Client::lock);
    }

    private static Seen.Lock lock(ReplyProbe<Seen.Lock> reply) {
        var lock = reply.lock();
        return new Seen.Lock(lock.start(), lock.end(), lock.type(), lock.pid());
    }

    /** SETLK. */
    public Answer<Void> setlk(Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        return ask(lockCall(Opcode.SETLK, file, lock), LkIn::new, fileSystem::setlk, Client::nothing);
    }

    /** As {@link #setlk}, without waiting for the answer. */
    public Pending<Void> startSetlk(Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        return start(lockCall(Opcode.SETLK, file, lock), LkIn::new, fileSystem::setlk, Client::nothing);
    }

    /** As {@link #getlk}, without waiting for the answer. */
    public Pending<Seen.Lock> startGetlk(Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        return start(lockCall(Opcode.GETLK, file, lock), LkIn::new, fileSystem::getlk, Client::lock);
    }

    /** SETLKW, which may wait, without waiting for it. */
    public Pending<Void> startSetlkw(Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        return start(lockCall(Opcode.SETLKW, file, lock), LkIn::new, fileSystem::setlkw, Client::nothing);
    }

    private static Call lockCall(Opcode opcode, Seen.Opened file, UnaryOperator<RequestBytes> lock) {
        var request = request(opcode, file.nodeId()).with(LkIn.LAYOUT).set("fh", file.handle());
        return Call.plain(opcode + " on " + file, lock.apply(request));
    }

    /** ACCESS. */
    public Answer<Void> access(long node, int mask) {
        var call = Call.plain(
                "ACCESS " + node,
                request(Opcode.ACCESS, node).with(AccessIn.LAYOUT).set("mask", mask));
        return ask(call, AccessIn::new, fileSystem::access, Client::nothing);
    }

    /** CREATE of a file with these permissions, opened for reading and writing. */
    public Answer<Seen.Created> create(long parent, String name, int permissions) {
        return create(parent, name, permissions, OpenFlags.RDWR | OpenFlags.CREAT);
    }

    /** CREATE; {@code flags} are {@link OpenFlags} of this machine. */
    public Answer<Seen.Created> create(long parent, String name, int permissions, int flags) {
        return create(parent, name, permissions, flags, request -> request);
    }

    /** CREATE; {@code change} adds to the request. */
    public Answer<Seen.Created> create(
            long parent, String name, int permissions, int flags, UnaryOperator<RequestBytes> change) {
        var request = change.apply(FuseRequests.create(parent, name, permissions, flags));
        return ask(
                Call.plain("CREATE " + parent + "/" + name, request),
                CreateIn::new,
                fileSystem::create,
                Client::created);
    }

    /** BMAP. */
    public Answer<Long> bmap(long node, long block) {
        var call = Call.plain(
                "BMAP " + node,
                request(Opcode.BMAP, node)
                        .with(BmapIn.LAYOUT)
                        .set("block", block)
                        .set("blocksize", 4096));
        return ask(call, BmapIn::new, fileSystem::bmap, ReplyProbe::number);
    }

    /** IOCTL whose answer is as long as its argument. */
    public Answer<byte[]> ioctl(Seen.Opened file, int command, byte[] argument) {
        return ioctl(file, command, argument, argument.length, 0);
    }

    /** IOCTL; {@code flags} are {@link org.dpfs4j.wire.IoctlFlags}. */
    public Answer<byte[]> ioctl(Seen.Opened file, int command, byte[] argument, int answerBytes, int flags) {
        var request = request(Opcode.IOCTL, file.nodeId())
                .with(IoctlIn.LAYOUT)
                .set("fh", file.handle())
                .set("cmd", command)
                .set("flags", flags)
                .set("in_size", argument.length)
                .set("out_size", answerBytes);
        var payload = Arrays.copyOf(argument, Math.max(argument.length, answerBytes));
        var call = Call.withPayload("IOCTL " + command + " on " + file, request, payload);
        return ask(call, IoctlIn::new, fileSystem::ioctl, ReplyProbe::bytes);
    }

    /** POLL. */
    public Answer<Long> poll(Seen.Opened file, int events) {
        var request = request(Opcode.POLL, file.nodeId())
                .with(PollIn.LAYOUT)
                .set("fh", file.handle())
                .set("events", events);
        return ask(Call.plain("POLL of " + file, request), PollIn::new, fileSystem::poll, ReplyProbe::number);
    }

    /** FALLOCATE. */
    public Answer<Void> fallocate(Seen.Opened file, long offset, long length, int mode) {
        var request = request(Opcode.FALLOCATE, file.nodeId())
                .with(FallocateIn.LAYOUT)
                .set("fh", file.handle())
                .set("offset", offset)
                .set("length", length)
                .set("mode", mode);
        return ask(
                Call.plain("FALLOCATE of " + file, request), FallocateIn::new, fileSystem::fallocate, Client::nothing);
    }

    /** LSEEK. */
    public Answer<Long> lseek(Seen.Opened file, long offset, int whence) {
        var request = request(Opcode.LSEEK, file.nodeId())
                .with(LseekIn.LAYOUT)
                .set("fh", file.handle())
                .set("offset", offset)
                .set("whence", whence);
        return ask(
                Call.plain("LSEEK in " + file + " from " + offset, request),
                LseekIn::new,
                fileSystem::lseek,
                ReplyProbe::number);
    }

    /** COPY_FILE_RANGE; answers how many bytes were copied. */
    public Answer<Long> copyFileRange(Seen.Opened from, long offset, Seen.Opened to, long targetOffset, long length) {
        var request = request(Opcode.COPY_FILE_RANGE, from.nodeId())
                .with(CopyFileRangeIn.LAYOUT)
                .set("fh_in", from.handle())
                .set("off_in", offset)
                .set("nodeid_out", to.nodeId())
                .set("fh_out", to.handle())
                .set("off_out", targetOffset)
                .set("len", length);
        return ask(
                Call.plain("COPY_FILE_RANGE from " + from + " to " + to, request),
                CopyFileRangeIn::new,
                fileSystem::copyFileRange,
                ReplyProbe::number);
    }

    /** SETUPMAPPING. */
    public Answer<Void> setupmapping(Seen.Opened file) {
        var request = request(Opcode.SETUPMAPPING, file.nodeId())
                .with(SetupmappingIn.LAYOUT)
                .set("fh", file.handle())
                .set("len", 4096);
        return ask(
                Call.plain("SETUPMAPPING of " + file, request),
                SetupmappingIn::new,
                fileSystem::setupmapping,
                Client::nothing);
    }

    /** REMOVEMAPPING. */
    public Answer<Void> removemapping(long node) {
        var call = Call.plain(
                "REMOVEMAPPING " + node, request(Opcode.REMOVEMAPPING, node).with(RemovemappingIn.LAYOUT));
        return ask(call, RemovemappingIn::new, fileSystem::removemapping, Client::nothing);
    }

    /** SYNCFS. */
    public Answer<Void> syncfs(long node) {
        var call = Call.plain("SYNCFS " + node, request(Opcode.SYNCFS, node).with(SyncfsIn.LAYOUT));
        return ask(call, SyncfsIn::new, fileSystem::syncfs, Client::nothing);
    }

    /** TMPFILE. */
    public Answer<Seen.Created> tmpfile(long parent, int permissions) {
        return tmpfile(parent, permissions, OpenFlags.RDWR);
    }

    /** TMPFILE; {@code flags} are {@link OpenFlags} of this machine. */
    public Answer<Seen.Created> tmpfile(long parent, int permissions, int flags) {
        var request = request(Opcode.TMPFILE, parent)
                .with(TmpfileIn.LAYOUT)
                .set("flags", flags | OpenFlags.TMPFILE)
                .set("mode", Mode.REGULAR | permissions)
                .name("/");
        return ask(Call.plain("TMPFILE in " + parent, request), TmpfileIn::new, fileSystem::tmpfile, Client::created);
    }

    /** STATX; answers a {@code struct fuse_statx}, which begins as a {@code struct statx} does. */
    public Answer<byte[]> statx(long node, int mask) {
        var call = Call.plain(
                "STATX " + node,
                request(Opcode.STATX, node).with(StatxIn.LAYOUT).set("sx_mask", mask));
        return ask(call, StatxIn::new, fileSystem::statx, Client::statx);
    }

    private static byte[] statx(ReplyProbe<byte[]> reply) {
        var bytes = StatxOut.BYTES - Statx.BYTES;
        return Memory.at(reply.statx().address() + bytes, Statx.BYTES).toArray(ValueLayout.JAVA_BYTE);
    }

    /** All entries of a directory but "." and "..", by READDIR. */
    public List<Seen.Listed> list(long node) {
        var directory = opendir(node).ok();
        var all = new ArrayList<Seen.Listed>();
        for (var part = readdir(directory, 0, NAMES_BYTES).ok(); !part.isEmpty(); ) {
            all.addAll(part);
            part = readdir(directory, part.getLast().cookie(), NAMES_BYTES).ok();
        }
        releasedir(directory).ok();
        all.removeIf(Seen.Listed::isDot);
        return all;
    }

    private static RequestBytes request(Opcode opcode, long node) {
        return new RequestBytes(opcode, node);
    }

    private static byte[] bytes(String name) {
        return name.getBytes(UTF_8);
    }

    private static String text(String operation, long parent, byte[] name) {
        return operation + " " + parent + "/" + new String(name, UTF_8);
    }
}
