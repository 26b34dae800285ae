package org.dpfs4j.uring;

import java.io.IOException;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;

/** What a tree and one guest can agree on about access: what needs both of them is said by both, or the guest is refused. */
final class Terms {
    /** A NUL-terminated name, never freed. */
    private static final long ACCESS_LIST = XattrMap.forGood(Xattrs.ACCESS_LIST);

    private Terms() {}

    /**
     * Of the features of {@code access}, those that can be agreed on.
     *
     * @param offered what the guest can do, {@link InitFlags}
     * @param root any descriptor of the tree's root
     * @throws IOException when something that must be agreed on cannot be
     */
    static long agreed(AccessConfig access, long offered, FileCalls calls, int root) throws IOException {
        var features = access.features() & offered;
        if (access.posixAcl().isWanted()) {
            var guest = (offered & AccessConfig.ACL_FLAGS) == AccessConfig.ACL_FLAGS;
            var host = calls.getXattr(root, ACCESS_LIST, 0, 0) != -Errno.EOPNOTSUPP.code();
            if (access.posixAcl() == Negotiation.ALWAYS && !(guest && host)) {
                throw new IOException("posix-acl is \"always\", and "
                        + (guest
                                ? "the file system of the shared directory has no access control lists"
                                : "the guest cannot enforce access control lists"));
            }
            features &= guest && host ? -1L : ~AccessConfig.ACL_FLAGS;
        }
        if (access.securityLabel() == Negotiation.ALWAYS && (offered & InitFlags.SECURITY_CTX) == 0) {
            throw new IOException("security-label is \"always\", and the guest cannot send the labels of new files");
        }
        return features;
    }
}
