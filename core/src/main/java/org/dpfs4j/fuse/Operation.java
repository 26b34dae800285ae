package org.dpfs4j.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.function.Function;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.BatchForgetIn;
import org.dpfs4j.wire.BmapIn;
import org.dpfs4j.wire.CopyFileRangeIn;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.FallocateIn;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.ForgetIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.GetxattrIn;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.InterruptIn;
import org.dpfs4j.wire.IoctlIn;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.NotifyRetrieveIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.PollIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RemovemappingIn;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.Rename2In;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetupmappingIn;
import org.dpfs4j.wire.SetxattrExtIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.SyncfsIn;
import org.dpfs4j.wire.Tail;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;

/**
 * Every operation of {@code enum fuse_opcode} that virtio-fs carries: its number, the view of its request, the shape of its
 * answer, and the method it calls. View and method agree by the type of the row.
 */
@SuppressWarnings("ImmutableEnumChecker") // views and calls are method references: they hold nothing
enum Operation {
    LOOKUP(1, NameIn.LAYOUT, NameIn.TAIL, NameIn::new, Answer.ENTRY, FileSystem::lookup),
    FORGET(2, ForgetIn.LAYOUT, ForgetIn.TAIL, ForgetIn::new, Answer.NOTHING, Operation::forget),
    GETATTR(3, GetattrIn.LAYOUT, GetattrIn.TAIL, GetattrIn::new, Answer.ATTR, FileSystem::getattr),
    SETATTR(4, SetattrIn.LAYOUT, SetattrIn.TAIL, SetattrIn::new, Answer.ATTR, FileSystem::setattr),
    READLINK(5, Request.NO_BODY, Tail.NONE, Request::new, Answer.DATA, FileSystem::readlink),
    SYMLINK(6, SymlinkIn.LAYOUT, SymlinkIn.TAIL, SymlinkIn::new, Answer.ENTRY, FileSystem::symlink),
    MKNOD(8, MknodIn.LAYOUT, MknodIn.TAIL, MknodIn::new, Answer.ENTRY, FileSystem::mknod),
    MKDIR(9, MkdirIn.LAYOUT, MkdirIn.TAIL, MkdirIn::new, Answer.ENTRY, FileSystem::mkdir),
    UNLINK(10, NameIn.LAYOUT, NameIn.TAIL, NameIn::new, Answer.STATUS, FileSystem::unlink),
    RMDIR(11, NameIn.LAYOUT, NameIn.TAIL, NameIn::new, Answer.STATUS, FileSystem::rmdir),
    RENAME(12, RenameIn.LAYOUT, RenameIn.TAIL, RenameIn::new, Answer.STATUS, FileSystem::rename),
    LINK(13, LinkIn.LAYOUT, LinkIn.TAIL, LinkIn::new, Answer.ENTRY, FileSystem::link),
    OPEN(14, OpenIn.LAYOUT, OpenIn.TAIL, OpenIn::new, Answer.OPEN, FileSystem::open),
    READ(15, ReadIn.LAYOUT, ReadIn.TAIL, ReadIn::new, Answer.DATA, FileSystem::read),
    WRITE(16, WriteIn.LAYOUT, WriteIn.TAIL, WriteIn::new, Answer.WRITE, FileSystem::write),
    STATFS(17, Request.NO_BODY, Tail.NONE, Request::new, Answer.STATFS, FileSystem::statfs),
    RELEASE(18, ReleaseIn.LAYOUT, ReleaseIn.TAIL, ReleaseIn::new, Answer.STATUS, FileSystem::release),
    FSYNC(20, FsyncIn.LAYOUT, FsyncIn.TAIL, FsyncIn::new, Answer.STATUS, FileSystem::fsync),
    SETXATTR(21, SetxattrIn.LAYOUT, SetxattrIn.TAIL, SetxattrIn::new, Answer.STATUS, FileSystem::setxattr),
    /** The same opcode with the longer body, once that was negotiated. */
    SETXATTR_EXT(21, SetxattrExtIn.LAYOUT, SetxattrExtIn.TAIL, SetxattrExtIn::new, Answer.STATUS, FileSystem::setxattr),
    GETXATTR(22, GetxattrIn.LAYOUT, GetxattrIn.TAIL, GetxattrIn::new, Answer.XATTR, FileSystem::getxattr),
    LISTXATTR(23, ListxattrIn.LAYOUT, ListxattrIn.TAIL, ListxattrIn::new, Answer.XATTR, FileSystem::listxattr),
    REMOVEXATTR(
            24, RemovexattrIn.LAYOUT, RemovexattrIn.TAIL, RemovexattrIn::new, Answer.STATUS, FileSystem::removexattr),
    FLUSH(25, FlushIn.LAYOUT, FlushIn.TAIL, FlushIn::new, Answer.STATUS, FileSystem::flush),
    INIT(26, InitIn.LAYOUT, InitIn.TAIL, InitIn::new, Answer.INIT, Operation::ofSession),
    OPENDIR(27, OpenIn.LAYOUT, OpenIn.TAIL, OpenIn::new, Answer.OPEN, FileSystem::opendir),
    READDIR(28, ReaddirIn.LAYOUT, ReaddirIn.TAIL, ReaddirIn::new, Answer.DIRECTORY, FileSystem::readdir),
    RELEASEDIR(29, ReleaseIn.LAYOUT, ReleaseIn.TAIL, ReleaseIn::new, Answer.STATUS, FileSystem::releasedir),
    FSYNCDIR(30, FsyncIn.LAYOUT, FsyncIn.TAIL, FsyncIn::new, Answer.STATUS, FileSystem::fsyncdir),
    GETLK(31, LkIn.LAYOUT, LkIn.TAIL, LkIn::new, Answer.LOCK, FileSystem::getlk),
    SETLK(32, LkIn.LAYOUT, LkIn.TAIL, LkIn::new, Answer.STATUS, FileSystem::setlk),
    SETLKW(33, LkIn.LAYOUT, LkIn.TAIL, LkIn::new, Answer.STATUS, FileSystem::setlkw),
    ACCESS(34, AccessIn.LAYOUT, AccessIn.TAIL, AccessIn::new, Answer.STATUS, FileSystem::access),
    CREATE(35, CreateIn.LAYOUT, CreateIn.TAIL, CreateIn::new, Answer.CREATE, FileSystem::create),
    INTERRUPT(36, InterruptIn.LAYOUT, InterruptIn.TAIL, InterruptIn::new, Answer.NOTHING, Operation::ofSession),
    BMAP(37, BmapIn.LAYOUT, BmapIn.TAIL, BmapIn::new, Answer.BLOCK, FileSystem::bmap),
    DESTROY(38, Request.NO_BODY, Tail.NONE, Request::new, Answer.STATUS, Operation::ofSession),
    IOCTL(39, IoctlIn.LAYOUT, IoctlIn.TAIL, IoctlIn::new, Answer.IOCTL, FileSystem::ioctl),
    POLL(40, PollIn.LAYOUT, PollIn.TAIL, PollIn::new, Answer.POLL, FileSystem::poll),
    NOTIFY_REPLY(
            41,
            NotifyRetrieveIn.LAYOUT,
            NotifyRetrieveIn.TAIL,
            NotifyRetrieveIn::new,
            Answer.NOTHING,
            Operation::ofSession),
    BATCH_FORGET(
            42, BatchForgetIn.LAYOUT, BatchForgetIn.TAIL, BatchForgetIn::new, Answer.NOTHING, Operation::ofSession),
    FALLOCATE(43, FallocateIn.LAYOUT, FallocateIn.TAIL, FallocateIn::new, Answer.STATUS, FileSystem::fallocate),
    READDIRPLUS(44, ReaddirIn.LAYOUT, ReaddirIn.TAIL, ReaddirIn::new, Answer.DIRECTORY, FileSystem::readdirplus),
    RENAME2(45, Rename2In.LAYOUT, Rename2In.TAIL, Rename2In::new, Answer.STATUS, FileSystem::rename),
    LSEEK(46, LseekIn.LAYOUT, LseekIn.TAIL, LseekIn::new, Answer.SEEK, FileSystem::lseek),
    COPY_FILE_RANGE(
            47,
            CopyFileRangeIn.LAYOUT,
            CopyFileRangeIn.TAIL,
            CopyFileRangeIn::new,
            Answer.WRITE,
            FileSystem::copyFileRange),
    SETUPMAPPING(
            48,
            SetupmappingIn.LAYOUT,
            SetupmappingIn.TAIL,
            SetupmappingIn::new,
            Answer.STATUS,
            FileSystem::setupmapping),
    REMOVEMAPPING(
            49,
            RemovemappingIn.LAYOUT,
            RemovemappingIn.TAIL,
            RemovemappingIn::new,
            Answer.STATUS,
            FileSystem::removemapping),
    SYNCFS(50, SyncfsIn.LAYOUT, SyncfsIn.TAIL, SyncfsIn::new, Answer.STATUS, FileSystem::syncfs),
    TMPFILE(51, TmpfileIn.LAYOUT, TmpfileIn.TAIL, TmpfileIn::new, Answer.CREATE, FileSystem::tmpfile),
    STATX(52, StatxIn.LAYOUT, StatxIn.TAIL, StatxIn::new, Answer.STATX, FileSystem::statx),
    COPY_FILE_RANGE_64(
            53,
            CopyFileRangeIn.LAYOUT,
            CopyFileRangeIn.TAIL,
            CopyFileRangeIn::new,
            Answer.COPY_64,
            FileSystem::copyFileRange);

    /** How many operations there are. */
    static final int COUNT = values().length;

    private static final Operation[] BY_OPCODE = byOpcode();

    private final int opcode;
    private final int bodyBytes;
    private final Tail tail;
    private final Function<MemorySegment, ? extends Request> view;
    private final Answer answer;
    private final Call<Request> call;

    /** What a row calls; a slot is every reply face. */
    private interface Call<R extends Request> {
        void invoke(FileSystem fileSystem, R in, Slot reply);
    }

    @SuppressWarnings("unchecked") // the row's own view and call agree on R
    <R extends Request> Operation(
            int opcode, StructLayout body, Tail tail, Function<MemorySegment, R> view, Answer answer, Call<R> call) {
        this.opcode = opcode;
        this.bodyBytes = (int) body.byteSize();
        this.tail = tail;
        this.view = view;
        this.answer = answer;
        this.call = (Call<Request>) call;
    }

    private static Operation[] byOpcode() {
        var rows = new Operation[64];
        for (var operation : values()) {
            if (operation != SETXATTR_EXT) {
                rows[operation.opcode] = operation;
            }
        }
        return rows;
    }

    /** The row of an opcode, or null; see {@link #negotiated}. */
    static Operation of(int opcode) {
        return opcode >= 0 && opcode < BY_OPCODE.length ? BY_OPCODE[opcode] : null;
    }

    /** The row that this opcode means to who has agreed on {@code flags} ({@link InitFlags}). */
    Operation negotiated(long flags) {
        return this == SETXATTR && (flags & InitFlags.SETXATTR_EXT) != 0 ? SETXATTR_EXT : this;
    }

    private static void forget(FileSystem fileSystem, ForgetIn in, Slot slot) {
        fileSystem.forget(in.nodeId(), in.lookups());
        slot.noReply();
    }

    private static void ofSession(FileSystem fileSystem, Request in, Slot slot) {
        throw new IllegalStateException("the session answers " + slot);
    }

    int opcode() {
        return opcode;
    }

    /** Bytes of the structure behind the header; INIT may be shorter. */
    int bodyBytes() {
        return this == INIT ? InitIn.COMPAT_BYTES : bodyBytes;
    }

    /** What follows the structure. */
    Tail tail() {
        return tail;
    }

    /** A view of the request in {@code head}. */
    Request view(MemorySegment head) {
        return view.apply(head);
    }

    Answer answer() {
        return answer;
    }

    /** Where the request names a second node, which must be of the same mount; 0 where it names none. */
    long secondNodeOffset() {
        return switch (this) {
            case RENAME, RENAME2 -> RenameIn.NEW_PARENT_ID;
            case LINK -> LinkIn.OLD_NODE_ID;
            case COPY_FILE_RANGE, COPY_FILE_RANGE_64 -> CopyFileRangeIn.TARGET_NODE_ID;
            default -> 0;
        };
    }

    /** Calls the file system's method for this operation. */
    void invoke(FileSystem fileSystem, Request in, Slot reply) {
        call.invoke(fileSystem, in, reply);
    }
}
