package org.dpfs4j.uring;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.IoctlReply;
import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.PollReply;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fs.XattrReply;
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
import org.dpfs4j.wire.OpenFlags;
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
 * What a guest may ask for at all, decided before anything else looks at the request: no changes of a read-only tree (EROFS), and
 * nothing for a caller whose id is forbidden (EPERM). What the guest's kernel does on nobody's behalf passes: it lets go of files,
 * and writes back what was written before. Every operation stands here, which makes the file long; one that does not is
 * ENOSYS.
 */
final class Gate implements FileSystem {
    private static final int WRITE_ACCESS = 2;

    /** Where a command of ioctl(2) says what is copied: {@code asm-generic/ioctl.h}. */
    private static final int DIRECTION_SHIFT = 30;

    /** The command only answers something. */
    private static final int READ = 2;

    /** {@code FS_IOC_MEASURE_VERITY} and {@code FS_IOC_READ_VERITY_METADATA} say what they want to know. */
    private static final int MEASURE_VERITY = 0xC004_6686;

    private static final int READ_VERITY_METADATA = 0xC028_6687;

    private final FileSystem inner;
    private final boolean readonly;
    private final IdMap uids;
    private final IdMap gids;

    Gate(FileSystem inner, AccessConfig access) {
        this.inner = inner;
        readonly = access.readonly();
        uids = access.uids();
        gids = access.gids();
    }

    /** The file system behind a gate, if it needs one. */
    static FileSystem before(FileSystem inner, AccessConfig access) {
        var needed =
                access.readonly() || access.uids().forbids() || access.gids().forbids();
        return needed ? new Gate(inner, access) : inner;
    }

    private boolean mayLook(Request in, Reply reply) {
        if (uids.toHost(in.uid()) != IdMap.FORBIDDEN && gids.toHost(in.gid()) != IdMap.FORBIDDEN) {
            return true;
        }
        reply.fail(Errno.EPERM);
        return false;
    }

    private boolean mayChange(Request in, Reply reply) {
        return isWritable(reply) && mayLook(in, reply);
    }

    private boolean isWritable(Reply reply) {
        if (readonly) {
            reply.fail(Errno.EROFS);
        }
        return !readonly;
    }

    private static boolean opensToRead(OpenIn in) {
        return (in.flags() & (OpenFlags.ACCESS_MODE | OpenFlags.TRUNC)) == OpenFlags.RDONLY;
    }

    private static boolean looksOnly(int command) {
        return command >>> DIRECTION_SHIFT == READ || command == MEASURE_VERITY || command == READ_VERITY_METADATA;
    }

    @Override
    public void forget(long nodeId, long lookups) {
        inner.forget(nodeId, lookups);
    }

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        if (mayLook(in, reply)) {
            inner.lookup(in, reply);
        }
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        if (mayLook(in, reply)) {
            inner.getattr(in, reply);
        }
    }

    @Override
    public void setattr(SetattrIn in, AttrReply reply) {
        if (mayChange(in, reply)) {
            inner.setattr(in, reply);
        }
    }

    @Override
    public void readlink(Request in, DataReply reply) {
        if (mayLook(in, reply)) {
            inner.readlink(in, reply);
        }
    }

    @Override
    public void symlink(SymlinkIn in, EntryReply reply) {
        if (mayChange(in, reply)) {
            inner.symlink(in, reply);
        }
    }

    @Override
    public void mknod(MknodIn in, EntryReply reply) {
        if (mayChange(in, reply)) {
            inner.mknod(in, reply);
        }
    }

    @Override
    public void mkdir(MkdirIn in, EntryReply reply) {
        if (mayChange(in, reply)) {
            inner.mkdir(in, reply);
        }
    }

    @Override
    public void unlink(NameIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.unlink(in, reply);
        }
    }

    @Override
    public void rmdir(NameIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.rmdir(in, reply);
        }
    }

    @Override
    public void rename(RenameIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.rename(in, reply);
        }
    }

    @Override
    public void link(LinkIn in, EntryReply reply) {
        if (mayChange(in, reply)) {
            inner.link(in, reply);
        }
    }

    @Override
    public void open(OpenIn in, OpenReply reply) {
        if (opensToRead(in) ? mayLook(in, reply) : mayChange(in, reply)) {
            inner.open(in, reply);
        }
    }

    @Override
    public void read(ReadIn in, DataReply reply) {
        if (mayLook(in, reply)) {
            inner.read(in, reply);
        }
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        if (in.fromPageCache() ? isWritable(reply) : mayChange(in, reply)) {
            inner.write(in, reply);
        }
    }

    @Override
    public void statfs(Request in, StatfsReply reply) {
        if (mayLook(in, reply)) {
            inner.statfs(in, reply);
        }
    }

    @Override
    public void release(ReleaseIn in, StatusReply reply) {
        inner.release(in, reply);
    }

    @Override
    public void fsync(FsyncIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.fsync(in, reply);
        }
    }

    @Override
    public void setxattr(SetxattrIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.setxattr(in, reply);
        }
    }

    @Override
    public void getxattr(GetxattrIn in, XattrReply reply) {
        if (mayLook(in, reply)) {
            inner.getxattr(in, reply);
        }
    }

    @Override
    public void listxattr(ListxattrIn in, XattrReply reply) {
        if (mayLook(in, reply)) {
            inner.listxattr(in, reply);
        }
    }

    @Override
    public void removexattr(RemovexattrIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.removexattr(in, reply);
        }
    }

    @Override
    public void flush(FlushIn in, StatusReply reply) {
        inner.flush(in, reply);
    }

    @Override
    public void opendir(OpenIn in, OpenReply reply) {
        if (mayLook(in, reply)) {
            inner.opendir(in, reply);
        }
    }

    @Override
    public void readdir(ReaddirIn in, DirReply reply) {
        if (mayLook(in, reply)) {
            inner.readdir(in, reply);
        }
    }

    @Override
    public void readdirplus(ReaddirIn in, DirReply reply) {
        if (mayLook(in, reply)) {
            inner.readdirplus(in, reply);
        }
    }

    @Override
    public void releasedir(ReleaseIn in, StatusReply reply) {
        inner.releasedir(in, reply);
    }

    @Override
    public void fsyncdir(FsyncIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.fsyncdir(in, reply);
        }
    }

    @Override
    public void getlk(LkIn in, LockReply reply) {
        if (mayLook(in, reply)) {
            inner.getlk(in, reply);
        }
    }

    @Override
    public void setlk(LkIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.setlk(in, reply);
        }
    }

    @Override
    public void setlkw(LkIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.setlkw(in, reply);
        }
    }

    @Override
    public void access(AccessIn in, StatusReply reply) {
        if ((in.mask() & WRITE_ACCESS) == 0 ? mayLook(in, reply) : mayChange(in, reply)) {
            inner.access(in, reply);
        }
    }

    @Override
    public void create(CreateIn in, CreateReply reply) {
        if (mayChange(in, reply)) {
            inner.create(in, reply);
        }
    }

    @Override
    public void bmap(BmapIn in, OffsetReply reply) {
        if (mayLook(in, reply)) {
            inner.bmap(in, reply);
        }
    }

    @Override
    public void ioctl(IoctlIn in, IoctlReply reply) {
        if (looksOnly(in.command()) ? mayLook(in, reply) : mayChange(in, reply)) {
            inner.ioctl(in, reply);
        }
    }

    @Override
    public void poll(PollIn in, PollReply reply) {
        if (mayLook(in, reply)) {
            inner.poll(in, reply);
        }
    }

    @Override
    public void fallocate(FallocateIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.fallocate(in, reply);
        }
    }

    @Override
    public void lseek(LseekIn in, OffsetReply reply) {
        if (mayLook(in, reply)) {
            inner.lseek(in, reply);
        }
    }

    @Override
    public void copyFileRange(CopyFileRangeIn in, WriteReply reply) {
        if (mayChange(in, reply)) {
            inner.copyFileRange(in, reply);
        }
    }

    @Override
    public void setupmapping(SetupmappingIn in, StatusReply reply) {
        if (mayChange(in, reply)) {
            inner.setupmapping(in, reply);
        }
    }

    @Override
    public void removemapping(RemovemappingIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.removemapping(in, reply);
        }
    }

    @Override
    public void syncfs(SyncfsIn in, StatusReply reply) {
        if (mayLook(in, reply)) {
            inner.syncfs(in, reply);
        }
    }

    @Override
    public void tmpfile(TmpfileIn in, CreateReply reply) {
        if (mayChange(in, reply)) {
            inner.tmpfile(in, reply);
        }
    }

    @Override
    public void statx(StatxIn in, StatxReply reply) {
        if (mayLook(in, reply)) {
            inner.statx(in, reply);
        }
    }
}
