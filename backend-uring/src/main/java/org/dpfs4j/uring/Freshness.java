package org.dpfs4j.uring;

import org.dpfs4j.wire.AttrFlags;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxOut;

/**
 * How long a guest may trust what it is told. Nothing that was told can be taken back, as virtio-fs has no notifications.
 * So with a {@link HostWatch}, what has changed lately, or is not watched, is told for {@code watch-max} only: a host change
 * is seen within the largest time-out handed out.
 */
final class Freshness {
    private static final int SET_ID = Mode.SET_UID | Mode.SET_GID;

    private final long attrNanos;
    private final long entryNanos;
    private final long negativeNanos;
    private final long attrShortNanos;
    private final long entryShortNanos;
    private final long negativeShortNanos;
    private final boolean announcesMounts;
    private final boolean killsPrivileges;
    private final HostWatch watch;

    /**
     * By a configuration.
     *
     * @param killsPrivileges whether the server clears set-id bits when a guest writes
     * @param watch null when nothing is watched
     */
    Freshness(CacheConfig cache, boolean killsPrivileges, HostWatch watch) {
        var max = cache.watchMax().toNanos();
        var timeouts = cache.timeouts();
        attrNanos = timeouts.attributes().toNanos();
        entryNanos = timeouts.entry().toNanos();
        negativeNanos = timeouts.negative().toNanos();
        attrShortNanos = Math.min(attrNanos, max);
        entryShortNanos = Math.min(entryNanos, max);
        negativeShortNanos = Math.min(negativeNanos, max);
        this.killsPrivileges = killsPrivileges;
        announcesMounts = cache.has(CacheOption.ANNOUNCE_SUBMOUNTS);
        // Where all times are short anyway there is nothing to find out.
        var needed = attrNanos > max || entryNanos > max || negativeNanos > max;
        this.watch = needed ? watch : null;
    }

    /** For what {@code statx} has just told of a file, whichever way it was reached. */
    void entry(Statx statx, EntryOut out) {
        var quiet = isQuiet(statx);
        out.entryTimeoutNanos(quiet ? entryNanos : entryShortNanos).attrTimeoutNanos(attrNanos(statx, quiet));
    }

    /** As {@link #entry}. */
    void attributes(Statx statx, AttrOut out) {
        out.attrTimeoutNanos(attrNanos(statx, isQuiet(statx)));
    }

    /** As {@link #entry}. */
    void attributes(Statx statx, StatxOut out) {
        out.attrTimeoutNanos(attrNanos(statx, isQuiet(statx)));
    }

    /**
     * Zero where the next write may take set-id bits away here: Linux asks for that with the write and goes on trusting
     * the mode it knows.
     */
    private long attrNanos(Statx statx, boolean quiet) {
        var losesMode = killsPrivileges && Mode.isRegular(statx.mode()) && (statx.mode() & SET_ID) != 0;
        return losesMode ? 0 : quiet ? attrNanos : attrShortNanos;
    }

    private boolean isQuiet(Statx statx) {
        return watch == null || watch.isQuiet(FileKey.device(statx), statx.ino());
    }

    /**
     * Whether nothing happened lately in a directory, as far as it is watched; from now on it is, if that is possible.
     *
     * @param directory a descriptor, which this reads the attributes of
     */
    boolean trusts(FileCalls calls, int directory) {
        if (watch == null) {
            return true;
        }
        if (calls.knownAttributes(directory) < 0) {
            return false;
        }
        var statx = calls.statx();
        return watch.isQuiet(calls, directory, FileKey.device(statx), statx.ino());
    }

    /**
     * Completes an entry found in a directory.
     *
     * @param directoryMount where the directory is, see {@link FileKey#mount}
     * @param trusted what {@link #trusts} said of the directory
     * @param statx the file's attributes
     */
    void below(long directoryMount, boolean trusted, Statx statx, EntryOut out) {
        var directory = Mode.isDirectory(statx.mode());
        var sameMount = FileKey.mount(statx) == directoryMount;
        if (announcesMounts && directory && !sameMount) {
            out.attr().flags(out.attr().flags() | AttrFlags.SUBMOUNT);
        }
        if (watch == null) {
            return;
        }
        if (!trusted) {
            out.entryTimeoutNanos(entryShortNanos).attrTimeoutNanos(attrNanos(statx, false));
        } else if (sameMount && !watch.changedLately(FileKey.device(statx), statx.ino())) {
            // What is watched is the directory; of a directory in it, that is not its own content.
            out.entryTimeoutNanos(entryNanos);
            out.attrTimeoutNanos(directory ? out.attrTimeoutNanos() : attrNanos(statx, true));
        }
    }

    /** How long a guest may trust that a name is not there; 0: not at all. */
    long negativeNanos(boolean trusted) {
        return trusted ? negativeNanos : negativeShortNanos;
    }
}
