package org.dpfs4j.nfs;

import java.util.ArrayDeque;
import java.util.List;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.nfs.v4.Written;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes data durable that the server has taken; what it has lost meanwhile, by a restart, is written again first. */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final LaneMount mount;
    private final Written written = new Written();

    Commits(LaneMount mount) {
        this.mount = mount;
    }

    /** Makes durable what has been written to a file; {@code then} runs when that is done, or has failed. */
    void commit(NfsNode node, Runnable then) {
        var data = node.uncommitted();
        if (data == null) {
            then.run();
            return;
        }
        var suspicions = data.suspicions();
        if (data.isEmpty()) {
            data.settled(suspicions);
            then.run();
            return;
        }
        data.commits().enter(mount.session().lane(), () -> ask(node, data, data.suspicions(), then));
    }

    /** Whether the server may have lost data of a file, and has to be given it again before it is asked about the file. */
    static boolean isSuspect(NfsNode node) {
        var data = node.uncommitted();
        return data != null && data.isSuspect();
    }

    /** The server may be restarted once more before the end of this: that is another reason to ask, for the next. */
    private void ask(NfsNode node, Uncommitted data, int suspicions, Runnable then) {
        ask(node, data, () -> {
            data.settled(suspicions);
            data.commits().leave();
            data.whenEmpty(() -> mount.share().dirty().remove(node));
            then.run();
        });
    }

    private void ask(NfsNode node, Uncommitted data, Runnable then) {
        var seen = data.pieces();
        if (seen.isEmpty()) {
            then.run();
            return;
        }
        var call = mount.session().call(data.writtenBy().credential());
        call.putfh(node.handle());
        call.commit(0, 0);
        call.insist().submit((done, results) -> {
            if (!results.isOk()) {
                failed(node, data, seen, results.status());
                then.run();
                return;
            }
            results.putfh();
            var verifier = results.commit();
            data.unanswered(false);
            var lost = data.lost(seen, verifier);
            data.drop(seen.stream().filter(piece -> piece.verifier == verifier).toList());
            if (lost.isEmpty()) {
                then.run();
            } else {
                replay(node, data, seen, verifier, then);
            }
        });
    }

    /** What the server refuses is lost; what it has not answered for as long as guests wait is kept, and tried again. */
    private void failed(NfsNode node, Uncommitted data, List<Uncommitted.Piece> pieces, int status) {
        if (status == Status.NO_ANSWER) {
            if (data.unanswered(true)) {
                LOG.warn(
                        "{}: data of file {} is not durable yet, and kept: the server does not answer",
                        mount.share().client().name(),
                        node.fileId());
            }
            return;
        }
        LOG.warn(
                "{}: data of file {} is lost (NFS status {})",
                mount.share().client().name(),
                node.fileId(),
                status);
        data.drop(pieces);
        data.failed(status);
    }

    private void replay(NfsNode node, Uncommitted data, List<Uncommitted.Piece> seen, long verifier, Runnable then) {
        data.beginReplay(mount.session().lane(), () -> {
            var lost = data.lost(seen, verifier);
            LOG.info(
                    "{} has been restarted: {} pieces of file {} are written again",
                    mount.share().client().name(),
                    lost.size(),
                    node.fileId());
            next(node, data, new ArrayDeque<>(lost), () -> {
                data.endReplay();
                then.run();
            });
        });
    }

    private void next(NfsNode node, Uncommitted data, ArrayDeque<Uncommitted.Piece> left, Runnable then) {
        if (left.isEmpty()) {
            then.run();
            return;
        }
        write(node, data, left, 0, then);
    }

    private void write(NfsNode node, Uncommitted data, ArrayDeque<Uncommitted.Piece> left, int from, Runnable then) {
        var piece = left.peekFirst();
        OpenState by = data.writtenBy();
        var holder = by.isClosed() ? null : by;
        var bytes = (int) Math.min(piece.bytes - from, mount.share().facts().writeBytes());
        var pool = new IovecPool();
        var source = new Iovecs(pool);
        source.add(piece.address + from, bytes);
        var call = mount.session().call(by.credential());
        call.putfh(node.handle());
        call.write(holder, piece.offset + from, Written.FILE, source, 0, bytes);
        call.insist().submit((done, results) -> {
            var status = results.status();
            var taken = 0;
            if (status == Status.OK) {
                results.putfh();
                taken = Math.clamp(results.write(written), 0, bytes);
            }
            source.close();
            pool.close();
            if (status != Status.OK || taken == 0) {
                failed(node, data, List.copyOf(left), status == Status.OK ? Status.IO : status);
                then.run();
            } else if (from + taken < piece.bytes) {
                write(node, data, left, from + taken, then);
            } else {
                data.drop(List.of(left.removeFirst()));
                next(node, data, left, then);
            }
        });
    }
}
