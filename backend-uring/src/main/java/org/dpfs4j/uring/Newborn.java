package org.dpfs4j.uring;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Mode;

/**
 * What a new file begins with beside its owner: the permissions that are left of what its maker asked for, and the security
 * label that the guest's kernel has chosen.
 */
final class Newborn {
    /** A NUL-terminated name, never freed. */
    private static final long DEFAULT_LIST = XattrMap.forGood(Xattrs.DEFAULT_LIST);

    private static final int MASKED = 0777;

    private final Xattrs xattrs;
    private final boolean masks;
    private final boolean labels;

    Newborn(LaneTree on, Xattrs xattrs) {
        this.xattrs = xattrs;
        masks = (on.negotiated() & InitFlags.DONT_MASK) != 0;
        labels = (on.negotiated() & InitFlags.SECURITY_CTX) != 0;
    }

    /**
     * The mode to make a file with. A guest that leaves the umask to us is one with access control lists: where the directory
     * has a default list, that list counts instead. Asked here rather than left to the thread's umask, which belongs to
     * the whole process where {@code unshare(2)} is not allowed.
     */
    int mode(FileCalls calls, int directory, int mode, int umask) {
        var masked = masks && calls.getXattr(directory, DEFAULT_LIST, 0, 0) < 0;
        return masked ? mode & ~(umask & MASKED) : mode;
    }

    /**
     * Gives a file that was just made the label that came with the request, before anybody in the guest learns of it. One that
     * cannot have it is removed again.
     *
     * @param made its descriptor, or a negated errno
     * @return the descriptor, or a negated errno
     */
    int labelled(FileCalls calls, Extensions extensions, int made, int directory, long name) {
        if (made < 0 || !labels || !extensions.hasSecurityContext()) {
            return made;
        }
        if (!isStillAlone(calls, made)) {
            calls.close(made);
            return -Errno.ESTALE.code();
        }
        var result = label(calls, extensions, made);
        if (result >= 0) {
            return made;
        }
        if (Mode.isDirectory(calls.statx().mode())) {
            calls.removeDirectory(directory, name);
        } else {
            calls.unlink(directory, name);
        }
        calls.close(made);
        return result;
    }

    /** As {@link #labelled}, of a file that has no name. */
    int labelledNameless(FileCalls calls, Extensions extensions, int made) {
        if (made < 0 || !labels || !extensions.hasSecurityContext()) {
            return made;
        }
        var result = label(calls, extensions, made);
        if (result >= 0) {
            return made;
        }
        calls.close(made);
        return result;
    }

    private int label(FileCalls calls, Extensions extensions, int made) {
        return xattrs.label(
                calls,
                made,
                extensions.securityName(),
                extensions.securityValueAddress(),
                extensions.securityValueBytes());
    }

    /** What has taken the new file's name meanwhile, and has others, is none of this request's business. */
    private static boolean isStillAlone(FileCalls calls, int made) {
        return calls.attributes(made) == 0
                && (Mode.isDirectory(calls.statx().mode()) || calls.statx().linkCount() <= 1);
    }
}
