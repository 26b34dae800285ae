package org.dpfs4j.nfs;

import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.nfs.v4.AttributeChanges;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.CreateOps;
import org.dpfs4j.nfs.v4.OpenOps;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SymlinkIn;

/** What makes a new entry without opening it. The server makes it as the caller. */
final class Creation {
    private final LaneMount mount;

    Creation(LaneMount mount) {
        this.mount = mount;
    }

    /** Whether nobody asks: a caller without a number cannot own anything. */
    static boolean isNobody(Request in) {
        return in.uid() == Protocol.INVALID_ID || in.gid() == Protocol.INVALID_ID;
    }

    /** A COMPOUND in the parent directory; null when the request was refused. */
    private Call begin(Request in, Extensions extensions, EntryReply reply) {
        if (isNobody(in)) {
            reply.fail(Errno.EINVAL);
            return null;
        }
        var parent = mount.directory(in.nodeId(), reply);
        if (parent == null) {
            return null;
        }
        var call = mount.session().call(mount.credential(in, extensions));
        call.putfh(parent.handle());
        return call.changes();
    }

    private AttributeChanges mode(int mode) {
        return mount.changes().mode(mode);
    }

    void mkdir(MkdirIn in, EntryReply reply) {
        var call = begin(in, in.extensions(), reply);
        if (call != null) {
            CreateOps.mkdir(call, in.name(), mode(in.mode()));
            finish(call, in, in.name(), reply);
        }
    }

    void symlink(SymlinkIn in, EntryReply reply) {
        var call = begin(in, in.extensions(), reply);
        if (call != null) {
            CreateOps.symlink(call, in.name(), in.target(), mount.changes());
            finish(call, in, in.name(), reply);
        }
    }

    void mknod(MknodIn in, EntryReply reply) {
        var format = in.mode() & Mode.FORMAT;
        if (format == Mode.DIRECTORY || format == Mode.SYMLINK) {
            reply.fail(Errno.EINVAL);
            return;
        }
        if (format == 0 || format == Mode.REGULAR) {
            file(in, reply);
            return;
        }
        var call = begin(in, in.extensions(), reply);
        if (call != null) {
            CreateOps.mknod(call, in.name(), format, in.rdev(), mode(in.mode()));
            finish(call, in, in.name(), reply);
        }
    }

    private void finish(Call call, Request in, Name name, EntryReply reply) {
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (refused(results, reply)) {
                return;
            }
            results.putfh();
            CreateOps.created(results);
            answer(results, in, name, reply);
        });
    }

    private static boolean refused(Results results, EntryReply reply) {
        if (!results.isOk()) {
            LaneMount.fail(reply, results);
        }
        return !results.isOk();
    }

    private void answer(Results results, Request in, Name name, EntryReply reply) {
        results.handle(mount.handle());
        results.attributes(mount.attributes());
        mount.answer(reply, in.nodeId(), name);
    }

    /** A regular file is made by opening it, and closed in the same breath. */
    private void file(MknodIn in, EntryReply reply) {
        var call = begin(in, in.extensions(), reply);
        if (call == null) {
            return;
        }
        var state = mount.session().client().states().opening(OpenOps.WRITE, mount.credential(in, in.extensions()));
        OpenOps.create(call, state, in.name(), OpenOps.Existing.REFUSED, 0, mode(in.mode()));
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.closeCurrent();
        call.about(reply, null, 0).submit((done, results) -> {
            if (refused(results, reply)) {
                return;
            }
            results.putfh();
            OpenOps.opened(results, state);
            answer(results, in, in.name(), reply);
        });
    }

    void link(LinkIn in, EntryReply reply) {
        var parent = mount.directory(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var node = mount.node(in.oldNodeId(), reply);
        if (node == null) {
            return;
        }
        if (node.isDirectory()) {
            reply.fail(Errno.EPERM);
            return;
        }
        mount.share().delegations().change(node, mount.session(), () -> link(in, node, parent, reply));
    }

    private void link(LinkIn in, NfsNode node, NfsNode parent, EntryReply reply) {
        var call = mount.call(in, node);
        call.savefh();
        call.putfh(parent.handle());
        CreateOps.link(call.changes(), in.name());
        call.restorefh();
        call.getfh();
        call.getattr(AttributeMask.FILE);
        call.about(reply, null, 0).submit((done, results) -> {
            if (!results.isOk()) {
                mount.share().delegations().changed(node);
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.savefh();
            results.putfh();
            CreateOps.linked(results);
            results.restorefh();
            results.handle(mount.handle());
            results.attributes(mount.attributes());
            node.linkCount(mount.attributes().linkCount());
            mount.share().delegations().changed(node);
            mount.answer(reply, in.nodeId(), in.name());
        });
    }
}
