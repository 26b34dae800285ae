package org.dpfs4j.nfs;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
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
import org.dpfs4j.wire.WriteIn;

/**
 * An export as one lane serves it: each operation goes to the class that owns its subject. Why this file is long: it is a list of
 * all operations.
 */
final class NfsFileSystem implements FileSystem {
    private final LaneMount mount;
    private final Lookups lookups;
    private final Changes changes;
    private final Creation creation;
    private final Removal removal;
    private final Openings openings;
    private final Reads reads;
    private final Writes writes;
    private final Syncs syncs;
    private final Listing listing;
    private final Locks locks;
    private final Xattrs xattrs;
    private final Ranges ranges;

    NfsFileSystem(LaneMount mount) {
        this.mount = mount;
        var commits = new Commits(mount);
        lookups = new Lookups(mount, commits);
        changes = new Changes(mount, lookups);
        creation = new Creation(mount);
        removal = new Removal(mount);
        locks = new Locks(mount);
        xattrs = new Xattrs(mount);
        ranges = new Ranges(mount);
        openings = new Openings(mount, removal, locks, commits);
        reads = new Reads(mount, commits);
        writes = new Writes(mount, commits);
        syncs = new Syncs(mount, locks, commits);
        listing = new Listing(mount);
    }

    /** Makes durable what the guest has written, in the background. */
    void sync() {
        syncs.all();
    }

    @Override
    public void forget(long nodeId, long count) {
        mount.nodes().forget(nodeId, count);
    }

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        lookups.lookup(in, reply);
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        lookups.getattr(in, reply);
    }

    @Override
    public void setattr(SetattrIn in, AttrReply reply) {
        changes.setattr(in, reply);
    }

    @Override
    public void readlink(Request in, DataReply reply) {
        lookups.readlink(in, reply);
    }

    @Override
    public void access(AccessIn in, StatusReply reply) {
        lookups.access(in, reply);
    }

    @Override
    public void statfs(Request in, StatfsReply reply) {
        lookups.statfs(in, reply);
    }

    @Override
    public void symlink(SymlinkIn in, EntryReply reply) {
        creation.symlink(in, reply);
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
    public void link(LinkIn in, EntryReply reply) {
        creation.link(in, reply);
    }

    @Override
    public void unlink(NameIn in, StatusReply reply) {
        removal.unlink(in, reply);
    }

    @Override
    public void rmdir(NameIn in, StatusReply reply) {
        removal.rmdir(in, reply);
    }

    @Override
    public void rename(RenameIn in, StatusReply reply) {
        removal.rename(in, reply);
    }

    @Override
    public void open(OpenIn in, OpenReply reply) {
        openings.open(in, reply);
    }

    @Override
    public void create(CreateIn in, CreateReply reply) {
        openings.create(in, reply);
    }

    @Override
    public void release(ReleaseIn in, StatusReply reply) {
        openings.release(in, reply);
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
    public void flush(FlushIn in, StatusReply reply) {
        syncs.flush(in, reply);
    }

    @Override
    public void fsync(FsyncIn in, StatusReply reply) {
        syncs.fsync(in, reply);
    }

    @Override
    public void fsyncdir(FsyncIn in, StatusReply reply) {
        syncs.fsyncdir(in, reply);
    }

    @Override
    public void syncfs(SyncfsIn in, StatusReply reply) {
        syncs.syncfs(in, reply);
    }

    @Override
    public void opendir(OpenIn in, OpenReply reply) {
        listing.opendir(in, reply);
    }

    @Override
    public void releasedir(ReleaseIn in, StatusReply reply) {
        listing.releasedir(in, reply);
    }

    @Override
    public void readdir(ReaddirIn in, DirReply reply) {
        listing.list(in, reply, false);
    }

    @Override
    public void readdirplus(ReaddirIn in, DirReply reply) {
        listing.list(in, reply, true);
    }

    @Override
    public void getlk(LkIn in, LockReply reply) {
        locks.getlk(in, reply);
    }

    @Override
    public void setlk(LkIn in, StatusReply reply) {
        locks.setlk(in, reply, false);
    }

    @Override
    public void setlkw(LkIn in, StatusReply reply) {
        locks.setlk(in, reply, true);
    }

    @Override
    public void getxattr(GetxattrIn in, XattrReply reply) {
        xattrs.get(in, reply);
    }

    @Override
    public void setxattr(SetxattrIn in, StatusReply reply) {
        xattrs.set(in, reply);
    }

    @Override
    public void listxattr(ListxattrIn in, XattrReply reply) {
        xattrs.list(in, reply);
    }

    @Override
    public void removexattr(RemovexattrIn in, StatusReply reply) {
        xattrs.remove(in, reply);
    }

    @Override
    public void fallocate(FallocateIn in, StatusReply reply) {
        ranges.fallocate(in, reply);
    }

    @Override
    public void lseek(LseekIn in, OffsetReply reply) {
        ranges.lseek(in, reply);
    }

    @Override
    public void copyFileRange(CopyFileRangeIn in, WriteReply reply) {
        ranges.copy(in, reply);
    }

    @Override
    public void statx(StatxIn in, StatxReply reply) {
        lookups.statx(in, reply);
    }
}
