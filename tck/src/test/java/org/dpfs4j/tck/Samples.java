package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.wire.AccessIn;
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
import org.dpfs4j.wire.IoctlIn;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.ListxattrIn;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.PollIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.Rename2In;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetxattrIn;
import org.dpfs4j.wire.StatxIn;
import org.dpfs4j.wire.SyncfsIn;
import org.dpfs4j.wire.TmpfileIn;
import org.dpfs4j.wire.WriteIn;

/** A good request of every operation that a file system sees, with every field different. */
final class Samples {
    private static final byte[] DATA = "some data of the guest, of odd length".getBytes(UTF_8);

    private Samples() {}

    /** INIT of a guest with protocol 7.{@code minor}. */
    static RequestBytes init(int minor) {
        return new RequestBytes(Opcode.INIT, 0)
                .with(InitIn.LAYOUT)
                .set("major", 7)
                .set("minor", minor)
                .set("max_readahead", 1 << 17)
                .set("flags", InitFlags.INIT_EXT | InitFlags.MAX_PAGES | InitFlags.DO_READDIRPLUS);
    }

    /** By name; the answer of each is the same whenever it is asked. */
    static Map<String, RequestBytes> all() {
        var all = new LinkedHashMap<String, RequestBytes>();
        names(all);
        files(all);
        others(all);
        return all;
    }

    private static RequestBytes of(Opcode opcode) {
        return new RequestBytes(opcode, 1)
                .header("unique", 0x1122_3344_5566L)
                .header("uid", 1001)
                .header("gid", 1002)
                .header("pid", 1003);
    }

    private static void names(Map<String, RequestBytes> all) {
        all.put("lookup", of(Opcode.LOOKUP).name("name"));
        all.put("symlink", of(Opcode.SYMLINK).name("link").name("../target/of/it"));
        all.put(
                "mknod",
                of(Opcode.MKNOD)
                        .with(MknodIn.LAYOUT)
                        .set("mode", 0100644)
                        .set("rdev", 3)
                        .set("umask", 022)
                        .name("node"));
        all.put(
                "mkdir",
                of(Opcode.MKDIR)
                        .with(MkdirIn.LAYOUT)
                        .set("mode", 0755)
                        .set("umask", 027)
                        .name("directory"));
        all.put("unlink", of(Opcode.UNLINK).name("gone"));
        all.put("rmdir", of(Opcode.RMDIR).name("gone"));
        all.put(
                "rename",
                of(Opcode.RENAME)
                        .with(RenameIn.LAYOUT)
                        .set("newdir", 4)
                        .name("from")
                        .name("to"));
        all.put(
                "rename2",
                of(Opcode.RENAME2)
                        .with(Rename2In.LAYOUT)
                        .set("newdir", 4)
                        .set("flags", 1)
                        .name("from")
                        .name("to"));
        all.put("link", of(Opcode.LINK).with(LinkIn.LAYOUT).set("oldnodeid", 5).name("other"));
        all.put(
                "create",
                of(Opcode.CREATE)
                        .with(CreateIn.LAYOUT)
                        .set("flags", 2)
                        .set("mode", 0100600)
                        .set("umask", 077)
                        .name("file"));
        all.put(
                "tmpfile",
                of(Opcode.TMPFILE)
                        .with(TmpfileIn.LAYOUT)
                        .set("flags", 2)
                        .set("mode", 0100600)
                        .name("/"));
        all.put(
                "setxattr",
                of(Opcode.SETXATTR)
                        .with(SetxattrIn.LAYOUT)
                        .set("size", DATA.length)
                        .set("flags", 1)
                        .name("user.x")
                        .data(DATA));
        all.put(
                "getxattr",
                of(Opcode.GETXATTR).with(GetxattrIn.LAYOUT).set("size", 100).name("user.x"));
        all.put("getxattr size", of(Opcode.GETXATTR).with(GetxattrIn.LAYOUT).name("user.x"));
        all.put("listxattr", of(Opcode.LISTXATTR).with(ListxattrIn.LAYOUT).set("size", 100));
        all.put("removexattr", of(Opcode.REMOVEXATTR).name("user.x"));
    }

    private static void files(Map<String, RequestBytes> all) {
        all.put("open", of(Opcode.OPEN).with(OpenIn.LAYOUT).set("flags", 0100002));
        all.put(
                "read",
                of(Opcode.READ)
                        .with(ReadIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("size", 300)
                        .set("lock_owner", 8)
                        .set("flags", 9));
        all.put(
                "write",
                of(Opcode.WRITE)
                        .with(WriteIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("size", DATA.length)
                        .set("write_flags", 1)
                        .data(DATA));
        all.put(
                "release",
                of(Opcode.RELEASE)
                        .with(ReleaseIn.LAYOUT)
                        .set("fh", 6)
                        .set("release_flags", 1)
                        .set("lock_owner", 8));
        all.put("flush", of(Opcode.FLUSH).with(FlushIn.LAYOUT).set("fh", 6).set("lock_owner", 8));
        all.put("fsync", of(Opcode.FSYNC).with(FsyncIn.LAYOUT).set("fh", 6).set("fsync_flags", 1));
        all.put(
                "getlk",
                of(Opcode.GETLK).with(LkIn.LAYOUT).set("fh", 6).set("owner", 8).set("lk.end", 10));
        all.put(
                "setlk",
                of(Opcode.SETLK)
                        .with(LkIn.LAYOUT)
                        .set("fh", 6)
                        .set("lk.start", 9)
                        .set("lk.type", 1));
        all.put("setlkw", of(Opcode.SETLKW).with(LkIn.LAYOUT).set("fh", 6).set("lk.pid", 9));
        all.put(
                "fallocate",
                of(Opcode.FALLOCATE)
                        .with(FallocateIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("length", 8)
                        .set("mode", 1));
        all.put(
                "lseek",
                of(Opcode.LSEEK)
                        .with(LseekIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("whence", 4));
        all.put(
                "copy",
                of(Opcode.COPY_FILE_RANGE)
                        .with(CopyFileRangeIn.LAYOUT)
                        .set("fh_in", 6)
                        .set("nodeid_out", 7)
                        .set("fh_out", 8)
                        .set("len", 9));
        all.put(
                "ioctl",
                of(Opcode.IOCTL)
                        .with(IoctlIn.LAYOUT)
                        .set("fh", 6)
                        .set("cmd", 7)
                        .set("in_size", DATA.length)
                        .set("out_size", 100)
                        .data(DATA));
        all.put(
                "poll",
                of(Opcode.POLL).with(PollIn.LAYOUT).set("fh", 6).set("kh", 7).set("events", 5));
        all.put("opendir", of(Opcode.OPENDIR).with(OpenIn.LAYOUT).set("flags", 0200000));
        all.put(
                "readdir",
                of(Opcode.READDIR)
                        .with(ReaddirIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("size", 600));
        all.put(
                "readdirplus",
                of(Opcode.READDIRPLUS)
                        .with(ReaddirIn.LAYOUT)
                        .set("fh", 6)
                        .set("offset", 7)
                        .set("size", 900));
        all.put("releasedir", of(Opcode.RELEASEDIR).with(ReleaseIn.LAYOUT).set("fh", 6));
        all.put("fsyncdir", of(Opcode.FSYNCDIR).with(FsyncIn.LAYOUT).set("fh", 6));
    }

    private static void others(Map<String, RequestBytes> all) {
        all.put(
                "getattr",
                of(Opcode.GETATTR)
                        .with(GetattrIn.LAYOUT)
                        .set("getattr_flags", 1)
                        .set("fh", 6));
        all.put(
                "setattr",
                of(Opcode.SETATTR)
                        .with(SetattrIn.LAYOUT)
                        .set("valid", 0x7f)
                        .set("size", 7)
                        .set("atime", 8)
                        .set("mtimensec", 9)
                        .set("mode", 0640)
                        .set("uid", 11));
        all.put("readlink", of(Opcode.READLINK));
        all.put("statfs", of(Opcode.STATFS));
        all.put("access", of(Opcode.ACCESS).with(AccessIn.LAYOUT).set("mask", 5));
        all.put("bmap", of(Opcode.BMAP).with(BmapIn.LAYOUT).set("block", 6).set("blocksize", 512));
        all.put("syncfs", of(Opcode.SYNCFS).with(SyncfsIn.LAYOUT));
        all.put(
                "statx",
                of(Opcode.STATX).with(StatxIn.LAYOUT).set("sx_flags", 6).set("sx_mask", 7));
        all.put("forget", of(Opcode.FORGET).with(ForgetIn.LAYOUT).set("nlookup", 3));
    }
}
