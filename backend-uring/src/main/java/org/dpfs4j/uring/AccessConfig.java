package org.dpfs4j.uring;

import java.util.List;
import java.util.function.Supplier;
import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Statx;

/**
 * Who may do what, and as whom.
 *
 * @param readonly whether nothing in the tree can be changed
 * @param xattr whether there are extended attributes
 * @param xattrs what they are called on the host
 * @param posixAcl whether guests enforce access control lists, which the host keeps
 * @param securityLabel whether a guest's new files have their security label from the beginning
 * @param killprivV2 whether the server clears set-id bits where a guest asks for it
 * @param uids which users of the host a guest's are
 * @param gids which groups of the host a guest's are
 */
public record AccessConfig(
        boolean readonly,
        boolean xattr,
        XattrMap xattrs,
        Negotiation posixAcl,
        Negotiation securityLabel,
        boolean killprivV2,
        IdMap uids,
        IdMap gids) {
    /** What is used when nothing is said. */
    public static final AccessConfig DEFAULT = new AccessConfig(
            false, false, XattrMap.NONE, Negotiation.NEVER, Negotiation.NEVER, true, IdMap.IDENTITY, IdMap.IDENTITY);

    /** What a guest must do for access control lists. */
    static final long ACL_FLAGS = InitFlags.POSIX_ACL | InitFlags.DONT_MASK | InitFlags.SETXATTR_EXT;

    /** Refuses what does not go together. */
    public AccessConfig {
        if (!xattr && (posixAcl.isWanted() || securityLabel.isWanted())) {
            throw new IllegalArgumentException(
                    "xattr is false, but posix-acl and security-label need extended attributes");
        }
        if (posixAcl.isWanted() && !(uids.isIdentity() && gids.isIdentity())) {
            throw new IllegalArgumentException(
                    "posix-acl does not go with translate-uid and translate-gid: the ids in the lists are not translated");
        }
        if (posixAcl.isWanted() && !(xattrs.keeps(Xattrs.ACCESS_LIST) && xattrs.keeps(Xattrs.DEFAULT_LIST))) {
            throw new IllegalArgumentException(
                    "posix-acl does not go with an xattrmap that renames or refuses system.posix_acl_access or"
                            + " system.posix_acl_default: the host would not know the lists");
        }
    }

    static AccessConfig read(Section section) {
        var map = parsed(section, "xattrmap", XattrMap.NONE, () -> XattrMap.of(section.text("xattrmap", "")));
        var acl = section.choice("posix-acl", DEFAULT.posixAcl);
        var label = section.choice("security-label", DEFAULT.securityLabel);
        var implied = acl.isWanted() || label.isWanted() || section.has("xattrmap");
        var readonly = section.flag("readonly", DEFAULT.readonly);
        var xattr = section.flag("xattr", implied);
        var killpriv = section.flag("killpriv-v2", DEFAULT.killprivV2);
        var uids = ids(section, "translate-uid");
        var gids = ids(section, "translate-gid");
        var config = section.build(() -> new AccessConfig(readonly, xattr, map, acl, label, killpriv, uids, gids));
        return config == null ? DEFAULT : config; // what is wrong is said, and nothing is served
    }

    private static IdMap ids(Section section, String key) {
        List<String> rules = section.texts(key);
        return parsed(section, key, IdMap.IDENTITY, () -> IdMap.of(rules));
    }

    private static <T> T parsed(Section section, String key, T otherwise, Supplier<T> parser) {
        if (!section.has(key)) {
            return otherwise;
        }
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
            return otherwise;
        }
    }

    /** Whether ids are other ones on the host. */
    boolean translates() {
        return !(uids.isIdentity() && gids.isIdentity());
    }

    /** Gives attributes that were just read on the host the ids that the guest knows; once. */
    void toGuest(Statx statx) {
        if (translates()) {
            statx.uid(uids.toGuest(statx.uid())).gid(gids.toGuest(statx.gid()));
        }
    }

    /**
     * What of {@link InitFlags} this makes a share do. Where ids are translated, guests shall not map them as well: of
     * most requests we would not learn whose they are.
     */
    long features() {
        return InitFlags.CREATE_SUPP_GROUP
                | (posixAcl.isWanted() ? ACL_FLAGS : 0)
                | (securityLabel.isWanted() ? InitFlags.SECURITY_CTX : 0)
                | (killprivV2 ? InitFlags.HANDLE_KILLPRIV_V2 : 0)
                | (translates() ? 0 : InitFlags.ALLOW_IDMAP);
    }
}
