package org.dpfs4j.client;

import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.ForgetIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetattrValid;
import org.dpfs4j.wire.WriteIn;

/** The requests of everyday work, as Linux fills them in; each may be changed further before it is sent. */
public final class FuseRequests {
    private static final int BY_HANDLE = 1;
    private static final int DATA_ONLY = 1;

    private FuseRequests() {}

    /** INIT with the newest version; {@code flags} are InitFlags of both halves. */
    public static RequestBytes init(long flags, int maxReadaheadBytes) {
        return new RequestBytes(Opcode.INIT, 0)
                .with(InitIn.LAYOUT)
                .set("major", Protocol.MAJOR)
                .set("minor", Protocol.MINOR)
                .set("max_readahead", maxReadaheadBytes)
                .set("flags", flags)
                .set("flags2", flags >>> Integer.SIZE);
    }

    /** DESTROY. */
    public static RequestBytes destroy() {
        return new RequestBytes(Opcode.DESTROY, 0);
    }

    /** LOOKUP, UNLINK, RMDIR: no more than a name in a directory. */
    public static RequestBytes named(Opcode opcode, long parent, byte[] name) {
        return new RequestBytes(opcode, parent).name(name);
    }

    /** FORGET, which is not answered. */
    public static RequestBytes forget(long node, long lookups) {
        return new RequestBytes(Opcode.FORGET, node).with(ForgetIn.LAYOUT).set("nlookup", lookups);
    }

    /** GETATTR. */
    public static RequestBytes getattr(long node) {
        return new RequestBytes(Opcode.GETATTR, node).with(GetattrIn.LAYOUT);
    }

    /** GETATTR of an open file. */
    public static RequestBytes getattr(Seen.Opened file) {
        return getattr(file.nodeId()).set("getattr_flags", BY_HANDLE).set("fh", file.handle());
    }

    /** SETATTR that changes nothing yet. */
    public static RequestBytes setattr(long node) {
        return new RequestBytes(Opcode.SETATTR, node).with(SetattrIn.LAYOUT);
    }

    /** SETATTR of the permissions. */
    public static RequestBytes chmod(long node, int permissions) {
        return setattr(node).set("valid", SetattrValid.MODE).set("mode", permissions);
    }

    /** READLINK. */
    public static RequestBytes readlink(long node) {
        return new RequestBytes(Opcode.READLINK, node);
    }

    /** SYMLINK. */
    public static RequestBytes symlink(long parent, String name, byte[] target) {
        return new RequestBytes(Opcode.SYMLINK, parent).name(name).name(target);
    }

    /** MKDIR. */
    public static RequestBytes mkdir(long parent, byte[] name, int permissions) {
        return new RequestBytes(Opcode.MKDIR, parent)
                .with(MkdirIn.LAYOUT)
                .set("mode", permissions)
                .name(name);
    }

    /** RENAME. */
    public static RequestBytes rename(long parent, String name, long newParent, String newName) {
        return new RequestBytes(Opcode.RENAME, parent)
                .with(RenameIn.LAYOUT)
                .set("newdir", newParent)
                .name(name)
                .name(newName);
    }

    /** CREATE of a regular file; {@code flags} are {@link OpenFlags} of this machine. */
    public static RequestBytes create(long parent, String name, int permissions, int flags) {
        return new RequestBytes(Opcode.CREATE, parent)
                .with(CreateIn.LAYOUT)
                .set("flags", flags)
                .set("mode", Mode.REGULAR | permissions)
                .name(name);
    }

    /** OPEN; {@code flags} are {@link OpenFlags} of this machine. */
    public static RequestBytes open(long node, int flags) {
        return new RequestBytes(Opcode.OPEN, node).with(OpenIn.LAYOUT).set("flags", flags);
    }

    /** READ. */
    public static RequestBytes read(Seen.Opened file, long offset, int size) {
        return of(Opcode.READ, file)
                .with(ReadIn.LAYOUT)
                .set("fh", file.handle())
                .set("offset", offset)
                .set("size", size);
    }

    /** WRITE without its data, which follow the structure. */
    public static RequestBytes write(Seen.Opened file, long offset, int size, int flags) {
        return of(Opcode.WRITE, file)
                .with(WriteIn.LAYOUT)
                .set("fh", file.handle())
                .set("offset", offset)
                .set("size", size)
                .set("flags", flags);
    }

    /** FSYNC, FSYNCDIR. */
    public static RequestBytes fsync(Opcode opcode, Seen.Opened file, boolean dataOnly) {
        return of(opcode, file)
                .with(FsyncIn.LAYOUT)
                .set("fh", file.handle())
                .set("fsync_flags", dataOnly ? DATA_ONLY : 0);
    }

    /** RELEASE, RELEASEDIR. */
    public static RequestBytes release(Opcode opcode, Seen.Opened file) {
        return of(opcode, file).with(ReleaseIn.LAYOUT).set("fh", file.handle());
    }

    /** OPENDIR. */
    public static RequestBytes opendir(long node) {
        return new RequestBytes(Opcode.OPENDIR, node).with(OpenIn.LAYOUT).set("flags", OpenFlags.DIRECTORY);
    }

    /** READDIR, READDIRPLUS. */
    public static RequestBytes readdir(Opcode opcode, Seen.Opened directory, long cookie, int size) {
        return of(opcode, directory)
                .with(ReaddirIn.LAYOUT)
                .set("fh", directory.handle())
                .set("offset", cookie)
                .set("size", size);
    }

    private static RequestBytes of(Opcode opcode, Seen.Opened opened) {
        return new RequestBytes(opcode, opened.nodeId());
    }
}
