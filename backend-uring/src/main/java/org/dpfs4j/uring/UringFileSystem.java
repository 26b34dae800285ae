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
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.fs.XattrReply;
import org.dpfs4j.wire.AccessIn;
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
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RemovexattrIn;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.SyncfsIn;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;

/** A directory tree on one lane: which part answers which operation. Longer than other files: there are many. */
final class UringFileSystem implements FileSystem {
    private final Lookups lookups;
    private final Attributes attributes;
    private final Openings openings;
    private final Reads reads;
    private final Writes writes;
    private final Directories directories;
    private final Creation creation;
    private final Names names;
    private final Changes changes;
    private final Copies copies;
    private final Ioctls ioctls;
    private final Syncs syncs;
    private final Births births;
    private final Tmpfiles tmpfiles;
    private final Xattrs xattrs;
    private final LockRequests locks;

    UringFileSystem(LaneTree tree, ShareLocks shareLocks) {
        lookups = new Lookups(tree);
        attributes = new Attributes(tree);
        var privileges = new Privileges(tree);
        xattrs = new Xattrs(tree);
        openings = new Openings(tree, privileges);
        reads = new Reads(tree);
        writes = new Writes(tree, privileges);
        directories = new Directories(tree);
        creation = new Creation(tree, lookups, openings, privileges, xattrs);
        names = new Names(tree, lookups);
        changes = new Changes(tree, privileges);
        copies = new Copies(tree, privileges);
        ioctls = new Ioctls(tree);
        syncs = new Syncs(tree);
        births = new Births(tree);
        tmpfiles = new Tmpfiles(tree, creation, openings);
        locks = new LockRequests(tree, shareLocks);
    }

    @Override
    public void forget(long nodeId, long count) {
        lookups.forget(nodeId, count);
    }

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        lookups.lookup(in, reply);
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        attributes.getattr(in, reply);
    }

    @Override
    public void readlink(Request in, DataReply reply) {
        attributes.readlink(in, reply);
    }

    @Override
    public void statfs(Request in, StatfsReply reply) {
        attributes.statfs(in, reply);
    }

    @Override
    public void access(AccessIn in, StatusReply reply) {
        attributes.access(in, reply);
    }

    @Override
    public void open(OpenIn in, OpenReply reply) {
        openings.open(in, reply);
    }

    @Override
    public void release(ReleaseIn in, StatusReply reply) {
        locks.release(in, reply, () -> openings.release(in, reply));
    }

    @Override
    public void flush(FlushIn in, StatusReply reply) {
        locks.flush(in, reply, () -> openings.flush(in, reply));
    }

    @Override
    public void getlk(LkIn in, LockReply reply) {
        locks.getlk(in, reply);
    }

    @Override
    public void setlk(LkIn in, StatusReply reply) {
        locks.setlk(in, reply);
    }

    @Override
    public void setlkw(LkIn in, StatusReply reply) {
        locks.setlkw(in, reply);
    }

    @Override
    public void fsync(FsyncIn in, StatusReply reply) {
        openings.fsync(in, reply);
    }

    @Override
    public void opendir(OpenIn in, OpenReply reply) {
        openings.opendir(in, reply);
    }

    @Override
    public void releasedir(ReleaseIn in, StatusReply reply) {
        // What a handle is, is known by the handle: whichever of the two a guest sends, all of it ends.
        release(in, reply);
    }

    @Override
    public void fsyncdir(FsyncIn in, StatusReply reply) {
        openings.fsyncdir(in, reply);
    }

    @Override
    public void read(ReadIn in, DataReply reply) {
        reads.read(in, reply);
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        writes.write(in, reply);
    }

    @Override
    public void readdir(ReaddirIn in, DirReply reply) {
        directories.readdir(in, reply);
    }

    @Override
    public void readdirplus(ReaddirIn in, DirReply reply) {
        directories.readdirplus(in, reply);
    }

    @Override
    public void setattr(SetattrIn in, AttrReply reply) {
        changes.setattr(in, reply);
    }

    @Override
    public void mknod(MknodIn in, EntryReply reply) {
        creation.mknod(in, reply);
    }

    @Override
    public void mkdir(MkdirIn in, EntryReply reply) {
        creation.mkdir(in, reply);
    }

    @Override
    public void symlink(SymlinkIn in, EntryReply reply) {
        creation.symlink(in, reply);
    }

    @Override
    public void create(CreateIn in, CreateReply reply) {
        creation.create(in, reply);
    }

    @Override
    public void unlink(NameIn in, StatusReply reply) {
        names.unlink(in, reply);
    }

    @Override
    public void rmdir(NameIn in, StatusReply reply) {
        names.rmdir(in, reply);
    }

    @Override
    public void rename(RenameIn in, StatusReply reply) {
        names.rename(in, reply);
    }

    @Override
    public void link(LinkIn in, EntryReply reply) {
        names.link(in, reply);
    }

    @Override
    public void setxattr(SetxattrIn in, StatusReply reply) {
        xattrs.setxattr(in, reply);
    }

    @Override
    public void getxattr(GetxattrIn in, XattrReply reply) {
        xattrs.getxattr(in, reply);
    }

    @Override
    public void listxattr(ListxattrIn in, XattrReply reply) {
        xattrs.listxattr(in, reply);
    }

    @Override
    public void removexattr(RemovexattrIn in, StatusReply reply) {
        xattrs.removexattr(in, reply);
    }

    @Override
    public void fallocate(FallocateIn in, StatusReply reply) {
        changes.fallocate(in, reply);
    }

    @Override
    public void lseek(LseekIn in, OffsetReply reply) {
        attributes.lseek(in, reply);
    }

    @Override
    public void copyFileRange(CopyFileRangeIn in, WriteReply reply) {
        copies.copyFileRange(in, reply);
    }

    @Override
    public void ioctl(IoctlIn in, IoctlReply reply) {
        ioctls.ioctl(in, reply);
    }

    @Override
    public void syncfs(SyncfsIn in, StatusReply reply) {
        syncs.syncfs(in, reply);
    }

    @Override
    public void statx(StatxIn in, StatxReply reply) {
        births.statx(in, reply);
    }

    @Override
    public void tmpfile(TmpfileIn in, CreateReply reply) {
        tmpfiles.tmpfile(in, reply);
    }
}
