package org.dpfs4j.nfs;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.nfs.v4.AttributeChanges;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetattrValid;

/** SETATTR. A size is set by the open file that the guest names, in the name of who opened it. */
final class Changes {
    private final LaneMount mount;
    private final Lookups lookups;

    Changes(LaneMount mount, Lookups lookups) {
        this.mount = mount;
        this.lookups = lookups;
    }

    void setattr(SetattrIn in, AttrReply reply) {
        if (!in.timesAreValid() || setsNobody(in) || (in.sets(SetattrValid.SIZE) && in.sizeBytes() < 0)) {
            reply.fail(Errno.EINVAL);
            return;
        }
        OpenFile file = null;
        if (in.sets(SetattrValid.FH)) {
            file = mount.file(in.handle(), reply);
            if (file == null) {
                return;
            }
        }
        var node = file != null ? file.node() : mount.node(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (changes(in).isEmpty()) {
            lookups.ask(in, node, reply);
            return;
        }
        if (in.sets(SetattrValid.SIZE) && !node.isRegular()) {
            reply.fail(node.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            return;
        }
        var by = file;
        mount.share().delegations().change(node, mount.session(), () -> set(in, node, by, reply));
    }

    private void set(SetattrIn in, NfsNode node, OpenFile file, AttrReply reply) {
        var changes = changes(in);
        var bySize = file != null && file.writable() && in.sets(SetattrValid.SIZE);
        var call = bySize
                ? mount.session().call(file.state().credential())
                : mount.session().call(mount.credential(in));
        call.putfh(node.handle());
        call.changes().setattr(bySize ? file.state() : null, false, changes);
        call.getattr(AttributeMask.FILE);
        var cuts = in.sets(SetattrValid.SIZE);
        var size = in.sizeBytes();
        call.about(reply, node, 0).submit((done, results) -> {
            if (!results.isOk()) {
                mount.share().delegations().changed(node);
                LaneMount.fail(reply, results);
                return;
            }
            results.putfh();
            results.setattr();
            if (cuts) {
                node.replaced(size, Long.MAX_VALUE - size);
            }
            results.attributes(mount.attributes());
            mount.share().delegations().changed(node);
            mount.fill(reply.attr(), node);
            reply.ok();
        });
    }

    private static boolean setsNobody(SetattrIn in) {
        return (in.sets(SetattrValid.UID) && in.ownerUid() == Protocol.INVALID_ID)
                || (in.sets(SetattrValid.GID) && in.ownerGid() == Protocol.INVALID_ID);
    }

    private AttributeChanges changes(SetattrIn in) {
        var changes = mount.changes();
        if (in.sets(SetattrValid.SIZE)) {
            changes.size(in.sizeBytes());
        }
        if (in.sets(SetattrValid.MODE)) {
            changes.mode(in.mode());
        }
        if (in.sets(SetattrValid.UID)) {
            changes.owner(in.ownerUid());
        }
        if (in.sets(SetattrValid.GID)) {
            changes.group(in.ownerGid());
        }
        if (in.sets(SetattrValid.ATIME_NOW)) {
            changes.atimeNow();
        } else if (in.sets(SetattrValid.ATIME)) {
            changes.atime(in.atimeSeconds(), (int) in.atimeNanos());
        }
        if (in.sets(SetattrValid.MTIME_NOW)) {
            changes.mtimeNow();
        } else if (in.sets(SetattrValid.MTIME)) {
            changes.mtime(in.mtimeSeconds(), (int) in.mtimeNanos());
        }
        return changes;
    }
}
