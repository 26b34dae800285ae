package org.dpfs4j.nfs;

import java.lang.foreign.Arena;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.StatxReply;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Continuation;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxIn;

/** Names to nodes, and what nodes are like. */
final class Lookups {
    private static final int LINK_BYTES_MAX = 4095;
    private static final int MAY_READ = 4;
    private static final int MAY_WRITE = 2;
    private static final int MAY_EXECUTE = 1;
    private static final int ACCESS_READ = 1;
    private static final int ACCESS_LOOKUP = 2;
    private static final int ACCESS_MODIFY = 4;
    private static final int ACCESS_EXTEND = 8;
    private static final int ACCESS_DELETE = 0x10;
    private static final int ACCESS_EXECUTE = 0x20;

    private final LaneMount mount;
    private final Commits commits;
    private final long negativeNanos;
    private final Statx statx = new Statx(Arena.ofAuto().allocate(Statx.BYTES, Long.BYTES), 0);
    private final Continuation lookedUp = this::lookedUp;
    private final Continuation gotAttributes = this::gotAttributes;

    Lookups(LaneMount mount, Commits commits) {
        this.mount = mount;
        this.commits = commits;
        negativeNanos = mount.share().config().times().negative().toNanos();
    }

    void lookup(NameIn in, EntryReply reply) {
        var parent = mount.directory(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var call = mount.call(in, parent);
        call.lookup(in.name());
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.about(reply, in, in.nodeId()).submit(lookedUp);
    }

    private void lookedUp(Call call, Results results) {
        var reply = (EntryReply) call.reply();
        if (results.status() == Status.NOENT && negativeNanos > 0) {
            reply.entry().entryTimeoutNanos(negativeNanos);
            reply.ok();
        } else if (!results.isOk()) {
            LaneMount.fail(reply, results);
        } else {
            results.putfh();
            results.lookup();
            results.handle(mount.handle());
            results.attributes(mount.attributes());
            var in = (NameIn) call.subject();
            var suspect = mount.suspect();
            if (suspect == null) {
                mount.answer(reply, in.nodeId(), in.name());
            } else {
                commits.commit(suspect, () -> lookup(in, reply));
            }
        }
    }

    void getattr(GetattrIn in, AttrReply reply) {
        var node = in.hasHandle() ? nodeOf(in.handle(), reply) : mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (Commits.isSuspect(node)) {
            commits.commit(node, () -> getattr(in, reply));
            return;
        }
        var delegation = node.delegation();
        if (delegation != null && delegation.answers(mount.session())) {
            mount.fill(reply.attr(), node, delegation.attributes());
            reply.ok();
            return;
        }
        ask(in, node, reply);
    }

    /** Answers with what the server says of a file now. */
    void ask(Request in, NfsNode node, AttrReply reply) {
        ask(mount.credential(in), node, reply);
    }

    private void ask(Credential who, NfsNode node, AttrReply reply) {
        var call = mount.session().call(who);
        call.putfh(node.handle());
        call.getattr(AttributeMask.FILE);
        call.about(reply, node, 0).submit(gotAttributes);
    }

    private NfsNode nodeOf(long handle, Reply reply) {
        switch (mount.handles().get(handle)) {
            case OpenFile file -> {
                return file.node();
            }
            case OpenDirectory directory -> {
                return directory.node();
            }
            case null -> {
                reply.fail(Errno.EBADF);
                return null;
            }
        }
    }

    private void gotAttributes(Call call, Results results) {
        var reply = (AttrReply) call.reply();
        var node = (NfsNode) call.subject();
        if (!results.isOk()) {
            LaneMount.fail(reply, results);
            return;
        }
        if (Commits.isSuspect(node) || call.hasOutlivedRestart()) {
            var who = call.credential();
            commits.commit(node, () -> ask(who, node, reply));
            return;
        }
        results.putfh();
        results.attributes(mount.attributes());
        mount.fill(reply.attr(), node);
        reply.ok();
    }

    void readlink(Request in, DataReply reply) {
        var node = mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (!node.isSymlink()) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var call = mount.call(in, node);
        call.readlink();
        call.about(reply, null, 0).submit((done, results) -> {
            if (results.isOk()) {
                results.putfh();
                var target = results.link(LINK_BYTES_MAX);
                reply.ok(target, results.in().lastBytes());
            } else {
                LaneMount.fail(reply, results);
            }
        });
    }

    void access(AccessIn in, StatusReply reply) {
        var node = mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var wanted = in.mask() & (MAY_READ | MAY_WRITE | MAY_EXECUTE);
        if (wanted == 0) {
            reply.ok();
            return;
        }
        var call = mount.call(in, node);
        call.access(rights(wanted, node.isDirectory()));
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            var allowed = results.access();
            if (allows(allowed, wanted, node.isDirectory())) {
                reply.ok();
            } else {
                reply.fail(Errno.EACCES);
            }
        });
    }

    private static int rights(int wanted, boolean directory) {
        var read = (wanted & MAY_READ) != 0 ? ACCESS_READ : 0;
        var execute = directory ? ACCESS_LOOKUP : ACCESS_EXECUTE;
        var write = ACCESS_MODIFY | ACCESS_EXTEND | (directory ? ACCESS_DELETE : 0);
        return read | ((wanted & MAY_WRITE) != 0 ? write : 0) | ((wanted & MAY_EXECUTE) != 0 ? execute : 0);
    }

    /** Of the rights to write, servers may lack those that mean nothing to them: one is enough. */
    private static boolean allows(int allowed, int wanted, boolean directory) {
        var exact = rights(wanted & ~MAY_WRITE, directory);
        var writes = rights(wanted & MAY_WRITE, directory);
        return (allowed & exact) == exact && (writes == 0 || (allowed & writes) != 0);
    }

    void statfs(Request in, StatfsReply reply) {
        var node = mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var call = mount.call(in, node);
        call.getattr(AttributeMask.SPACE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.attributes(mount.attributes());
            mount.attributes().fill(reply.statfs());
            reply.ok();
        });
    }

    void statx(StatxIn in, StatxReply reply) {
        var node = in.hasHandle() ? nodeOf(in.handle(), reply) : mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (Commits.isSuspect(node)) {
            commits.commit(node, () -> statx(in, reply));
            return;
        }
        var call = mount.call(in, node);
        call.getattr(AttributeMask.FILE_AND_BIRTH);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.attributes(mount.attributes());
            mount.fill(statx, node);
            reply.statx().from(statx);
            reply.ok();
        });
    }
}
