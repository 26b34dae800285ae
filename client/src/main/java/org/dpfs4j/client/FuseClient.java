package org.dpfs4j.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitOut;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.OutHeader;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.WriteOut;

/**
 * A guest's kernel in small: one request at a time through one queue of a device, each method is one request unless it says
 * otherwise. An error answer is a {@link FuseException}; any other {@link IOException} means that the device does not speak as it
 * should, and that the client is of no more use. One thread, the front end's.
 *
 * <pre>{@code
 * var client = FuseClient.mount(device, device.queue(1));
 * var made = client.create(Protocol.ROOT_ID, "a", 0644);
 * client.write(made.opened(), 0, "hello".getBytes(UTF_8));
 * client.release(made.opened());
 * client.destroy();
 * }</pre>
 */
public final class FuseClient {
    /** The most that one READ or WRITE moves. */
    public static final int TRANSFER_BYTES = 1 << 20;

    /** Room for the names of a directory in one reply. */
    public static final int NAMES_BYTES = 4096;

    private static final long OFFERED = InitFlags.ASYNC_READ
            | InitFlags.ATOMIC_O_TRUNC
            | InitFlags.BIG_WRITES
            | InitFlags.DO_READDIRPLUS
            | InitFlags.MAX_PAGES
            | InitFlags.PARALLEL_DIROPS
            | InitFlags.INIT_EXT;

    /** What Linux 6.12 offers on virtio-fs ({@code fuse_send_init}), but for DAX. */
    public static final long LINUX_6 = OFFERED
            | InitFlags.POSIX_LOCKS
            | InitFlags.EXPORT_SUPPORT
            | InitFlags.DONT_MASK
            | InitFlags.SPLICE_WRITE
            | InitFlags.SPLICE_MOVE
            | InitFlags.SPLICE_READ
            | InitFlags.FLOCK_LOCKS
            | InitFlags.HAS_IOCTL_DIR
            | InitFlags.AUTO_INVAL_DATA
            | InitFlags.READDIRPLUS_AUTO
            | InitFlags.ASYNC_DIO
            | InitFlags.WRITEBACK_CACHE
            | InitFlags.NO_OPEN_SUPPORT
            | InitFlags.HANDLE_KILLPRIV
            | InitFlags.POSIX_ACL
            | InitFlags.ABORT_ERROR
            | InitFlags.CACHE_SYMLINKS
            | InitFlags.NO_OPENDIR_SUPPORT
            | InitFlags.EXPLICIT_INVAL_DATA
            | InitFlags.SUBMOUNTS
            | InitFlags.HANDLE_KILLPRIV_V2
            | InitFlags.SETXATTR_EXT
            | InitFlags.SECURITY_CTX
            | InitFlags.CREATE_SUPP_GROUP
            | InitFlags.HAS_EXPIRE_ONLY
            | InitFlags.DIRECT_IO_ALLOW_MMAP
            | InitFlags.NO_EXPORT_SUPPORT
            | InitFlags.HAS_RESEND
            | InitFlags.ALLOW_IDMAP;

    /** The most entries that {@link #list} takes: a server could go on for ever. */
    public static final int ENTRIES_MAX = 1 << 20;

    private static final int ALIGNMENT = 4096;
    private static final int HEAD_BYTES = 16 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final VhostUserFrontEnd device;
    private final DriverQueue queue;
    private final long requestAt;
    private final long replyAt;
    private final int pid = (int) ProcessHandle.current().pid();
    private long unique;
    private int transferBytes = HEAD_BYTES;
    private int uid;
    private int gid;

    private FuseClient(VhostUserFrontEnd device, DriverQueue queue) {
        this.device = device;
        this.queue = queue;
        requestAt = device.ram().allocate(HEAD_BYTES + TRANSFER_BYTES, ALIGNMENT);
        replyAt = device.ram().allocate(OutHeader.BYTES + TRANSFER_BYTES, ALIGNMENT);
    }

    /** INIT on a request queue that runs; the device has no other file system client. */
    public static FuseClient mount(VhostUserFrontEnd device, DriverQueue queue) throws IOException {
        return mount(device, queue, OFFERED);
    }

    /** As {@link #mount(VhostUserFrontEnd, DriverQueue)}, offering {@code flags} ({@link InitFlags}). */
    public static FuseClient mount(VhostUserFrontEnd device, DriverQueue queue, long flags) throws IOException {
        var client = new FuseClient(device, queue);
        var answer = client.ask("INIT", FuseRequests.init(flags, TRANSFER_BYTES), InitOut.BYTES)
                .init();
        var most = answer.maxWriteBytes();
        if (most < 1) {
            throw new IOException("INIT: at most " + most + " bytes in a WRITE");
        }
        client.transferBytes = (int) Math.min(most, TRANSFER_BYTES);
        return client;
    }

    /** Whom further requests come from; root at first. */
    public void actAs(int callerUid, int callerGid) {
        uid = callerUid;
        gid = callerGid;
    }

    /** Whose the requests are. */
    public int uid() {
        return uid;
    }

    /** The group of {@link #uid}. */
    public int gid() {
        return gid;
    }

    /** The most bytes that this device takes in a WRITE and gives in a READ, at most {@link #TRANSFER_BYTES}. */
    public int transferBytes() {
        return transferBytes;
    }

    /** LOOKUP; the node stays known until {@link #forget}. */
    public Seen.Entry lookup(long parent, String name) throws IOException {
        return ask("LOOKUP of " + name, FuseRequests.named(Opcode.LOOKUP, parent, bytes(name)), EntryOut.BYTES)
                .entry();
    }

    /** FORGET, which is not answered: waits until the device has taken it. */
    public void forget(long node, long lookups) throws IOException {
        send("FORGET", FuseRequests.forget(node, lookups), 0);
    }

    /** GETATTR. */
    public Seen.Attributes getattr(long node) throws IOException {
        return ask("GETATTR", FuseRequests.getattr(node), AttrOut.BYTES).attributes();
    }

    /** SETATTR of the permissions. */
    public Seen.Attributes chmod(long node, int permissions) throws IOException {
        return ask("SETATTR", FuseRequests.chmod(node, permissions), AttrOut.BYTES)
                .attributes();
    }

    /** READLINK. */
    public String readlink(long node) throws IOException {
        var target = ask("READLINK", FuseRequests.readlink(node), Limits.PATH_BYTES);
        return new String(target.data(), StandardCharsets.UTF_8);
    }

    /** SYMLINK. */
    public Seen.Entry symlink(long parent, String name, String target) throws IOException {
        return ask("SYMLINK " + name, FuseRequests.symlink(parent, name, bytes(target)), EntryOut.BYTES)
                .entry();
    }

    /** MKDIR. */
    public Seen.Entry mkdir(long parent, String name, int permissions) throws IOException {
        return ask("MKDIR " + name, FuseRequests.mkdir(parent, bytes(name), permissions), EntryOut.BYTES)
                .entry();
    }

    /** UNLINK. */
    public void unlink(long parent, String name) throws IOException {
        ask("UNLINK of " + name, FuseRequests.named(Opcode.UNLINK, parent, bytes(name)), 0)
                .nothing();
    }

    /** RMDIR. */
    public void rmdir(long parent, String name) throws IOException {
        ask("RMDIR of " + name, FuseRequests.named(Opcode.RMDIR, parent, bytes(name)), 0)
                .nothing();
    }

    /** RENAME. */
    public void rename(long parent, String name, long newParent, String newName) throws IOException {
        ask("RENAME of " + name, FuseRequests.rename(parent, name, newParent, newName), 0)
                .nothing();
    }

    /** CREATE of a file that is not there, opened for reading and writing. */
    public Seen.Created create(long parent, String name, int permissions) throws IOException {
        var flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL;
        return ask("CREATE of " + name, FuseRequests.create(parent, name, permissions, flags), CreateOut.BYTES)
                .created();
    }

    /** OPEN; {@code flags} are {@link OpenFlags} of this machine. */
    public Seen.Opened open(long node, int flags) throws IOException {
        return ask("OPEN", FuseRequests.open(node, flags), OpenOut.BYTES).opened(node);
    }

    /** READ of at most {@link #transferBytes}; shorter at the end of the file only. */
    public byte[] read(Seen.Opened file, long offset, int size) throws IOException {
        var length = Math.min(size, transferBytes);
        return ask("READ", FuseRequests.read(file, offset, length), length).data();
    }

    /** WRITE, as many as it takes. */
    public void write(Seen.Opened file, long offset, byte[] data) throws IOException {
        for (int done = 0; done < data.length; ) {
            var length = Math.min(data.length - done, transferBytes);
            var request = FuseRequests.write(file, offset + done, length, 0).data(data, done, length);
            var taken = ask("WRITE", request, WriteOut.BYTES).written(length);
            if (taken == 0) {
                throw new IOException("WRITE: nothing of " + length + " bytes was taken");
            }
            done += taken;
        }
    }

    /** FSYNC. */
    public void fsync(Seen.Opened file) throws IOException {
        ask("FSYNC", FuseRequests.fsync(Opcode.FSYNC, file, false), 0).nothing();
    }

    /** RELEASE. */
    public void release(Seen.Opened file) throws IOException {
        ask("RELEASE", FuseRequests.release(Opcode.RELEASE, file), 0).nothing();
    }

    /** OPENDIR. */
    public Seen.Opened opendir(long node) throws IOException {
        return ask("OPENDIR", FuseRequests.opendir(node), OpenOut.BYTES).opened(node);
    }

    /** READDIR: some entries behind {@code cookie}, 0 for the first; none at the end. */
    public List<Seen.Listed> readdir(Seen.Opened directory, long cookie) throws IOException {
        var request = FuseRequests.readdir(Opcode.READDIR, directory, cookie, NAMES_BYTES);
        return ask("READDIR", request, NAMES_BYTES).listed(false);
    }

    /** READDIRPLUS: as {@link #readdir}; every entry but "." and ".." counts as looked up. */
    public List<Seen.Listed> readdirplus(Seen.Opened directory, long cookie) throws IOException {
        var request = FuseRequests.readdir(Opcode.READDIRPLUS, directory, cookie, NAMES_BYTES);
        return ask("READDIRPLUS", request, NAMES_BYTES).listed(true);
    }

    /** RELEASEDIR. */
    public void releasedir(Seen.Opened directory) throws IOException {
        ask("RELEASEDIR", FuseRequests.release(Opcode.RELEASEDIR, directory), 0).nothing();
    }

    /** All entries of a directory but "." and "..", with their nodes, which count as looked up: several requests. */
    public List<Seen.Listed> list(long node) throws IOException {
        var directory = opendir(node);
        var all = new ArrayList<Seen.Listed>();
        for (var part = readdirplus(directory, 0); !part.isEmpty(); ) {
            all.addAll(part);
            if (all.size() > ENTRIES_MAX) {
                throw new IOException("READDIRPLUS: more than " + ENTRIES_MAX + " entries");
            }
            part = readdirplus(directory, part.getLast().cookie());
        }
        releasedir(directory);
        all.removeIf(Seen.Listed::isDot);
        return all;
    }

    /** DESTROY; what was opened or looked up is gone. */
    public void destroy() throws IOException {
        ask("DESTROY", FuseRequests.destroy(), 0).nothing();
    }

    private FuseReply ask(String name, RequestBytes request, int room) throws IOException {
        var length = send(name, request, OutHeader.BYTES + room);
        return new FuseReply(name, unique, device.ram().read(replyAt, length));
    }

    /** Sends a request and waits until it comes back; returns how much of the {@code room} bytes has been written. */
    private int send(String name, RequestBytes request, int room) throws IOException {
        unique += 2;
        var bytes = request.header("unique", unique)
                .header("uid", uid)
                .header("gid", gid)
                .header("pid", pid)
                .bytes();
        if (bytes.length > HEAD_BYTES + TRANSFER_BYTES) {
            throw new IllegalArgumentException(name + " of " + bytes.length + " bytes");
        }
        device.ram().write(requestAt, bytes);
        var id = queue.ring().add(chain(bytes.length, room), false);
        device.kick(queue);
        var used = device.sleep(queue, LIMIT).orElseThrow(() -> new IOException(name + " was not answered"));
        if (used.id() != id || used.length() > room) {
            throw new IOException(name + " came back as " + used);
        }
        return (int) used.length();
    }

    /** Headers and what follows them in descriptors of their own, as Linux cuts them. */
    private List<Buffer> chain(int length, int room) {
        var chain = new ArrayList<Buffer>();
        cut(chain, requestAt, Request.BODY, length, false);
        cut(chain, replyAt, OutHeader.BYTES, room, true);
        return chain;
    }

    private static void cut(List<Buffer> chain, long at, int header, int length, boolean writable) {
        if (length > 0) {
            chain.add(new Buffer(at, header, writable));
        }
        if (length > header) {
            chain.add(new Buffer(at + header, length - header, writable));
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
