package org.dpfs4j.nfs.v4;

import org.dpfs4j.wire.Errno;

/** What a server answers (RFC 8881, 15.1), and what a guest is told then. */
public final class Status {
    public static final int OK = 0;
    public static final int PERM = 1;
    public static final int NOENT = 2;
    public static final int IO = 5;
    public static final int EXIST = 17;
    public static final int NOTDIR = 20;
    public static final int ISDIR = 21;
    public static final int INVAL = 22;
    public static final int BAD_COOKIE = 10003;
    public static final int NOTSUPP = 10004;
    public static final int TOOSMALL = 10005;
    public static final int DELAY = 10008;
    public static final int DENIED = 10010;
    public static final int EXPIRED = 10011;
    public static final int WRONGSEC = 10016;
    public static final int CLID_INUSE = 10017;
    public static final int LOCKED = 10012;
    public static final int GRACE = 10013;
    public static final int RESOURCE = 10018;
    public static final int STALE_CLIENTID = 10022;
    public static final int STALE_STATEID = 10023;
    public static final int OLD_STATEID = 10024;
    public static final int BAD_STATEID = 10025;
    public static final int LOCK_RANGE = 10028;
    public static final int NOT_SAME = 10027;
    public static final int SYMLINK = 10029;
    public static final int ATTRNOTSUPP = 10032;
    public static final int NO_GRACE = 10033;
    public static final int RECLAIM_BAD = 10034;
    public static final int LOCKS_HELD = 10037;
    public static final int OP_ILLEGAL = 10044;
    public static final int ADMIN_REVOKED = 10047;
    public static final int BADSESSION = 10052;
    public static final int BADSLOT = 10053;
    public static final int COMPLETE_ALREADY = 10054;
    public static final int CONN_NOT_BOUND_TO_SESSION = 10055;
    public static final int SEQ_MISORDERED = 10063;
    public static final int RETRY_UNCACHED_REP = 10068;
    public static final int OP_NOT_IN_SESSION = 10071;
    public static final int BAD_HIGH_SLOT = 10077;
    public static final int DEADSESSION = 10078;
    public static final int MOVED = 10019;
    public static final int MINOR_VERS_MISMATCH = 10021;
    public static final int SEQ_FALSE_RETRY = 10076;
    public static final int WRONG_TYPE = 10083;
    public static final int DELEG_REVOKED = 10087;
    public static final int UNION_NOTSUPP = 10090;
    public static final int NOXATTR = 10095;

    /** No status of the protocol: the server did not answer. */
    public static final int NO_ANSWER = -1;

    /** No status of the protocol: the server answered with nonsense. Whether it did what was asked nobody knows. */
    public static final int NONSENSE = -3;

    /** No status of the protocol: the server refused the call as such, for who called. */
    public static final int REFUSED = -2;

    /** No status of the protocol: the server does not have what was called, or says that it cannot be read. */
    public static final int UNAVAILABLE = -4;

    private Status() {}

    /** Whether the state that a request named is not there any more. */
    static boolean isStateLost(int status) {
        return switch (status) {
            case EXPIRED, STALE_STATEID, OLD_STATEID, BAD_STATEID, ADMIN_REVOKED, DELEG_REVOKED -> true;
            default -> false;
        };
    }

    /** Whether the server does not know an operation at all. */
    public static boolean isUnsupported(int status) {
        return status == NOTSUPP || status == OP_ILLEGAL || status == UNION_NOTSUPP;
    }

    /** What a guest is told. */
    public static Errno errno(int status) {
        return switch (status) {
            case 1 -> Errno.EPERM;
            case NOENT -> Errno.ENOENT;
            case 6 -> Errno.ENXIO;
            case 13 -> Errno.EACCES;
            case EXIST -> Errno.EEXIST;
            case 18 -> Errno.EXDEV;
            case NOTDIR -> Errno.ENOTDIR;
            case ISDIR -> Errno.EISDIR;
            case INVAL -> Errno.EINVAL;
            case 27 -> Errno.EFBIG;
            case 28 -> Errno.ENOSPC;
            case 30 -> Errno.EROFS;
            case 31 -> Errno.EMLINK;
            case 63 -> Errno.ENAMETOOLONG;
            case 66 -> Errno.ENOTEMPTY;
            case 69 -> Errno.EDQUOT;
            case 70, 10001, 10014 -> Errno.ESTALE; // STALE, BADHANDLE, FHEXPIRED
            case NOTSUPP, OP_ILLEGAL, ATTRNOTSUPP, UNION_NOTSUPP -> Errno.EOPNOTSUPP;
            case TOOSMALL, 10007, 10039, 10041, 10042 -> Errno.EINVAL; // BADTYPE, BADOWNER, BADNAME, BAD_RANGE
            case 10040 -> Errno.EILSEQ; // BADCHAR
            case SYMLINK -> Errno.ELOOP;
            case WRONG_TYPE -> Errno.EINVAL;
            case 10015, WRONGSEC, 10082, REFUSED -> Errno.EACCES; // SHARE_DENIED, WRONG_CRED
            case DENIED, LOCKED -> Errno.EAGAIN;
            case 10045 -> Errno.EDEADLK;
            case LOCK_RANGE -> Errno.ENOLCK;
            case 10043 -> Errno.EOPNOTSUPP; // LOCK_NOTSUPP
            case 10038 -> Errno.EBADF; // OPENMODE
            case 10046 -> Errno.EBUSY; // FILE_OPEN
            case NOXATTR -> Errno.ENODATA;
            case 10096 -> Errno.E2BIG; // XATTR2BIG
            case MOVED, 10031 -> Errno.EREMOTE; // LEASE_MOVED
            default -> Errno.EIO;
        };
    }
}
