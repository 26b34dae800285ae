package org.dpfs4j.fuse;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.Attr;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.Request;

/**
 * The root directory of a device that has mounts but none at {@code /}: it lists their names and cannot be changed. The
 * router leads from the names into the mounts.
 */
final class SyntheticRoot implements Backend, Share, FileSystem {
    private static final long SECOND = 1_000_000_000;
    private static final int DIRECTORY_TYPE = Mode.direntType(Mode.DIRECTORY);
    private static final int NAME_MAX = 255;

    private final List<String> names;

    /** A root with these entries; {@code .} and {@code ..} are added. */
    SyntheticRoot(List<String> mounts) {
        names = Stream.concat(Stream.of(".", ".."), mounts.stream()).toList();
    }

    @Override
    public CompletionStage<Void> start(Lanes lanes) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Share> open(Tenant tenant) {
        return CompletableFuture.completedFuture(this);
    }

    /** It needs nothing and stands in nobody's way: the other mounts decide. */
    @Override
    public long features() {
        return -1L;
    }

    @Override
    public FileSystem attach(Lane lane, long negotiatedFlags) {
        return this;
    }

    @Override
    public void close() {}

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        reply.fail(Errno.ENOENT);
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        if (in.nodeId() != Protocol.ROOT_ID) {
            reply.fail(Errno.ESTALE);
            return;
        }
        reply.attr().attrTimeoutNanos(SECOND);
        fill(reply.attr().attr(), Protocol.ROOT_ID);
        reply.ok();
    }

    private static void fill(Attr attr, long ino) {
        attr.ino(ino).mode(Mode.DIRECTORY | 0555).linkCount(2).blockBytes(4096);
    }

    @Override
    public void access(AccessIn in, StatusReply reply) {
        reply.ok();
    }

    @Override
    public void readdir(ReaddirIn in, DirReply reply) {
        list(in, reply, false);
    }

    @Override
    public void readdirplus(ReaddirIn in, DirReply reply) {
        list(in, reply, true);
    }

    /** A cookie is the index of the next entry; the guest looks the mounts up by itself. */
    private void list(ReaddirIn in, DirReply reply, boolean plus) {
        var cookie = in.cookie();
        for (var i = cookie < 0 ? names.size() : (int) Math.min(cookie, names.size()); i < names.size(); i++) {
            var name = names.get(i).getBytes(StandardCharsets.UTF_8);
            if (!reply.fits(name.length)) {
                break;
            }
            var ino = i < 2 ? Protocol.ROOT_ID : i;
            if (plus) {
                fill(reply.entry().attr(), ino);
            }
            var address = Memory.allocate(name.length + 1L);
            try {
                Memory.at(address, name.length).copyFrom(MemorySegment.ofArray(name));
                reply.add(ino, i + 1L, DIRECTORY_TYPE, address, name.length);
            } finally {
                Memory.free(address);
            }
        }
        reply.ok();
    }

    @Override
    public void statfs(Request in, StatfsReply reply) {
        reply.statfs().blockBytes(4096).fragmentBytes(4096).nameMax(NAME_MAX);
        reply.ok();
    }
}
