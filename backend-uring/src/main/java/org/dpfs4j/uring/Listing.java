package org.dpfs4j.uring;

import org.dpfs4j.fs.DirReply;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;

/**
 * Fills one reply with entries of a directory, on whichever thread its calls belong to.
 *
 * @param mayWait whether to wait for a disk and for a turn with the directory; else -EAGAIN when nothing goes without
 */
record Listing(Tree tree, FileCalls calls, OpenDirectory directory, boolean mayWait) {
    /** Bytes that any host entry fits in. */
    private static final int ENTRY_MAX = 280;

    /** An inode number for file systems that tell none; 0 would make programs skip the entry. */
    private static final long UNKNOWN_INO = 0xFFFF_FFFFL;

    /**
     * Adds the entries after {@code cookie} that fit.
     *
     * @param replyBytes the size that the guest asked for
     * @return how many were added, 0 at the end of the directory, or a negated errno
     */
    int fill(DirReply reply, long cookie, long replyBytes, boolean plus) {
        var from = cookie;
        while (true) {
            var bytes = directory.read(calls, from, room(replyBytes, plus), mayWait);
            if (bytes <= 0) {
                return bytes;
            }
            var added = add(reply, bytes, plus);
            if (added != 0) {
                return added;
            }
            // Nothing but names too long for the guest: go on behind them.
            from = HostEntries.lastCookie(calls.bulk(), bytes);
        }
    }

    /**
     * How much to read so that about all of it fits: a reply's entry is at most 4/3 of the host's, and with attributes about
     * five times as large. What does not fit is read again.
     */
    private static int room(long replyBytes, boolean plus) {
        var estimate = plus ? replyBytes * 3 / 16 : replyBytes * 3 / 4;
        return (int) Math.min(FileCalls.BULK_BYTES, Math.max(ENTRY_MAX, estimate));
    }

    /** Adds entries up to the first that does not fit or has to wait; that error counts only when it is the first. */
    private int add(DirReply reply, int bytes, boolean plus) {
        var added = 0;
        var trusted = plus && tree.freshness().trusts(calls, directory.fd().number());
        var end = calls.bulk() + bytes;
        for (long entry = calls.bulk(); entry < end; entry += HostEntries.sizeBytes(entry)) {
            var length = HostEntries.nameLength(entry);
            if (length > Limits.NAME_BYTES) {
                continue;
            }
            if (!reply.fits(length)) {
                return added > 0 ? added : -Errno.EINVAL.code();
            }
            if (plus && !fillEntry(reply, entry, trusted)) {
                return added > 0 ? added : -Errno.EAGAIN.code();
            }
            var ino = HostEntries.ino(entry);
            reply.add(
                    ino == 0 ? UNKNOWN_INO : ino,
                    HostEntries.cookie(entry),
                    HostEntries.type(entry),
                    HostEntries.name(entry),
                    length);
            added++;
        }
        return added;
    }

    /** Looks an entry up; one that is gone, or cannot be entered, is only named. False when it has to be waited for. */
    private boolean fillEntry(DirReply reply, long entry, boolean trusted) {
        var out = reply.entry();
        if (!HostEntries.isDots(entry)) {
            if (directory.volume().searches().quick() && isFound(entry, trusted, out)) {
                return true;
            }
            var fd = calls.openName(directory.fd().number(), HostEntries.name(entry), !mayWait);
            if (!mayWait && !FileCalls.isKnown(fd)) {
                return false;
            }
            if (fd >= 0 && tree.enter(calls, fd, false, out) == 0) {
                tree.freshness().below(directory.mount(), trusted, calls.statx(), out);
                return true;
            }
        }
        out.attr().ino(HostEntries.ino(entry)).mode(Mode.ofDirentType(HostEntries.type(entry)));
        return true;
    }

    private boolean isFound(long entry, boolean trusted, EntryOut out) {
        if (tree.find(calls, directory.fd().number(), HostEntries.name(entry), out) <= 0) {
            return false;
        }
        tree.freshness().below(directory.mount(), trusted, calls.statx(), out);
        return true;
    }
}
