package org.dpfs4j.fs;

import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.BmapIn;
import org.dpfs4j.wire.CopyFileRangeIn;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.Errno;
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
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.PollIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RemovemappingIn;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetupmappingIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.SyncfsIn;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;

/**
 * A file system as one lane sees it: a method per FUSE operation. Methods are called on the lane, must not block it, and
 * answer {@code reply} exactly once, at once or later. {@code in} has been checked: sizes, NUL-terminated names without
 * '/', and room for the answer; its node ids and handles have not. It is valid until the reply is answered.
 *
 * <p>What a file system does not override answers ENOSYS, which the kernel remembers where it says so; opening and
 * releasing succeed, as in libfuse. This file is long because it is the whole contract.
 */
public interface FileSystem {
    /**
     * Takes back {@code lookups} lookups of a node; at zero the guest knows it no more. There is no answer. A node that is
     * not known, or has fewer lookups, is none of the guest's business either: do nothing more than that.
     */
    default void forget(long nodeId, long lookups) {}

    /**
     * LOOKUP. Finds the child {@code in.name()} of directory {@code in.nodeId()}. ENOENT when there is none; or node
     * id 0 with an entry time-out, which the kernel remembers as a negative entry. Counts one lookup of the node.
     * A share that offered EXPORT_SUPPORT is also asked for "." of any node, even one that was forgotten, and for ".." of
     * directories: an entry with the same node id and generation as ever, or ESTALE; others never see these names.
     */
    default void lookup(NameIn in, EntryReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** GETATTR. Attributes of a node, of its open handle when {@code in.hasHandle()}. */
    default void getattr(GetattrIn in, AttrReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** SETATTR. Changes what {@code in.valid()} names and answers all attributes as they are then. */
    default void setattr(SetattrIn in, AttrReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** READLINK. The target of a symbolic link, without NUL. */
    default void readlink(Request in, DataReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** SYMLINK. Makes symbolic link {@code in.name()} with {@code in.target()}. The new node is the caller's. */
    default void symlink(SymlinkIn in, EntryReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * MKNOD. Makes a file, FIFO, socket or device node; {@code in.mode()} has the caller's mask applied unless
     * DONT_MASK.
     */
    default void mknod(MknodIn in, EntryReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** MKDIR. Makes a directory; as {@link #mknod}. */
    default void mkdir(MkdirIn in, EntryReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** UNLINK. Removes a name that is not a directory. The node lives until its lookups and handles are gone. */
    default void unlink(NameIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** RMDIR. Removes an empty directory. */
    default void rmdir(NameIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * RENAME. Renames, with {@code in.flags()} of RENAME2 (0 for RENAME). EINVAL for flags that are not supported.
     */
    default void rename(RenameIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * LINK. Makes name {@code in.name()} in directory {@code in.nodeId()} for node {@code in.oldNodeId()}; counts one
     * lookup of it.
     */
    default void link(LinkIn in, EntryReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** OPEN. Opens a file. ENOSYS tells the kernel to go on without handles, for the device's whole life. */
    default void open(OpenIn in, OpenReply reply) {
        reply.ok();
    }

    /** READ. Reads at {@code in.offset()}; fewer bytes than asked for only at the end of the file. */
    default void read(ReadIn in, DataReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** WRITE. Writes {@code reply.source()} at {@code in.offset()}, or at the end when the handle appends. */
    default void write(WriteIn in, WriteReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** STATFS. The state of the file system. */
    default void statfs(Request in, StatfsReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** RELEASE. Drops a handle; its number may be given out again. Errors are not seen by anybody. */
    default void release(ReleaseIn in, StatusReply reply) {
        reply.ok();
    }

    /** FSYNC. Makes a file durable. ENOSYS is remembered as success. */
    default void fsync(FsyncIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** SETXATTR. Sets an extended attribute. ENOSYS is remembered: xattrs are not asked for again. */
    default void setxattr(SetxattrIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** GETXATTR. The value of an extended attribute; ENODATA when there is none. ENOSYS is remembered. */
    default void getxattr(GetxattrIn in, XattrReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** LISTXATTR. The names of the extended attributes, each with its NUL. ENOSYS is remembered. */
    default void listxattr(ListxattrIn in, XattrReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** REMOVEXATTR. Removes an extended attribute. ENOSYS is remembered. */
    default void removexattr(RemovexattrIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * FLUSH. A descriptor of the handle was closed: late errors are reported here, and all locks on ranges of the file end
     * that {@code in.lockOwner()} has. ENOSYS is remembered as success.
     */
    default void flush(FlushIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** OPENDIR. Opens a directory. ENOSYS is remembered as with {@link #open}. */
    default void opendir(OpenIn in, OpenReply reply) {
        reply.ok();
    }

    /** READDIR. Entries after {@code in.cookie()}, 0 for the beginning; a cookie is what an earlier entry carried. */
    default void readdir(ReaddirIn in, DirReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** READDIRPLUS. As {@link #readdir}, with a lookup of every entry but "." and "..". */
    default void readdirplus(ReaddirIn in, DirReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** RELEASEDIR. Drops a directory handle. */
    default void releasedir(ReleaseIn in, StatusReply reply) {
        reply.ok();
    }

    /** FSYNCDIR. Makes a directory durable. ENOSYS is remembered as success. */
    default void fsyncdir(FsyncIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * GETLK. Which lock of another owner is in the way of one, with the process of this guest that has it, or 0. ENOSYS
     * without POSIX_LOCKS.
     */
    default void getlk(LkIn in, LockReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * SETLK. Takes or drops a lock, EAGAIN when another one is in the way, ENOLCK when there may be no more. Locks of
     * ranges end with {@link #flush} of their owner, those of {@code in.flock()} with {@link #release} of theirs, all with
     * the share. Not sent without POSIX_LOCKS and FLOCK_LOCKS: then the guest has locks of its own.
     */
    default void setlk(LkIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * SETLKW. Takes a lock, and waits for it with {@code reply.park}; ENOLCK when that is refused, as half of the queue
     * waits already. EDEADLK when its owner would wait for itself. EINTR only when the guest ends it: the guest's kernel takes
     * that for a signal.
     */
    default void setlkw(LkIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * ACCESS. Checks access; not sent by guests that mount with default_permissions. ENOSYS is remembered as success.
     */
    default void access(AccessIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** CREATE. Makes and opens a file. ENOSYS is remembered: MKNOD and OPEN follow instead. */
    default void create(CreateIn in, CreateReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** BMAP. The device block of a file's block. ENOSYS is remembered. */
    default void bmap(BmapIn in, OffsetReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** IOCTL. A restricted ioctl: its direction and size are in the command. ENOTTY when not known. */
    default void ioctl(IoctlIn in, IoctlReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** POLL. What is ready. ENOSYS is remembered as always ready. */
    default void poll(PollIn in, PollReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** FALLOCATE. Allocates or punches. ENOSYS is remembered as EOPNOTSUPP. */
    default void fallocate(FallocateIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /**
     * LSEEK. Finds the next data or hole at or after {@code in.offset()}; ENXIO past the end. ENOSYS is remembered.
     */
    default void lseek(LseekIn in, OffsetReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** COPY_FILE_RANGE. Copies between two open files. ENOSYS is remembered: the guest copies itself. */
    default void copyFileRange(CopyFileRangeIn in, WriteReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** SETUPMAPPING. Maps a part of a file into the DAX window. Never sent unless a transport offers one. */
    default void setupmapping(SetupmappingIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** REMOVEMAPPING. Removes mappings from the DAX window. */
    default void removemapping(RemovemappingIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** SYNCFS. Makes the file system durable. ENOSYS is remembered as success. */
    default void syncfs(SyncfsIn in, StatusReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** TMPFILE. Makes and opens a file without a name. ENOSYS is remembered as EOPNOTSUPP. */
    default void tmpfile(TmpfileIn in, CreateReply reply) {
        reply.fail(Errno.ENOSYS);
    }

    /** STATX. Extended attributes of a node's state: birth time, mount id. ENOSYS is remembered: GETATTR follows. */
    default void statx(StatxIn in, StatxReply reply) {
        reply.fail(Errno.ENOSYS);
    }
}
