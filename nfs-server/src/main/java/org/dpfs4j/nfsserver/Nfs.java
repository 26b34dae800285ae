package org.dpfs4j.nfsserver;

/** Numbers of NFS 4.1 and 4.2 (RFC 8881, RFC 7862, RFC 8276) that tests and their servers speak of. */
public final class Nfs {
    // Operations.
    public static final int ACCESS = 3;
    public static final int CLOSE = 4;
    public static final int COMMIT = 5;
    public static final int CREATE = 6;
    public static final int DELEGRETURN = 8;
    public static final int GETATTR = 9;
    public static final int GETFH = 10;
    public static final int LINK = 11;
    public static final int LOCK = 12;
    public static final int LOCKT = 13;
    public static final int LOCKU = 14;
    public static final int LOOKUP = 15;
    public static final int LOOKUPP = 16;
    public static final int NVERIFY = 17;
    public static final int OPEN = 18;
    public static final int OPEN_DOWNGRADE = 21;
    public static final int PUTFH = 22;
    public static final int PUTROOTFH = 24;
    public static final int READ = 25;
    public static final int READDIR = 26;
    public static final int READLINK = 27;
    public static final int REMOVE = 28;
    public static final int RENAME = 29;
    public static final int RESTOREFH = 31;
    public static final int SAVEFH = 32;
    public static final int SECINFO = 33;
    public static final int SETATTR = 34;
    public static final int VERIFY = 37;
    public static final int WRITE = 38;
    public static final int BACKCHANNEL_CTL = 40;
    public static final int BIND_CONN_TO_SESSION = 41;
    public static final int EXCHANGE_ID = 42;
    public static final int CREATE_SESSION = 43;
    public static final int DESTROY_SESSION = 44;
    public static final int FREE_STATEID = 45;
    public static final int SECINFO_NO_NAME = 52;
    public static final int SEQUENCE = 53;
    public static final int TEST_STATEID = 55;
    public static final int DESTROY_CLIENTID = 57;
    public static final int RECLAIM_COMPLETE = 58;
    public static final int ALLOCATE = 59;
    public static final int COPY = 60;
    public static final int DEALLOCATE = 62;
    public static final int SEEK = 69;
    public static final int CLONE = 71;
    public static final int GETXATTR = 72;
    public static final int SETXATTR = 73;
    public static final int LISTXATTRS = 74;
    public static final int REMOVEXATTR = 75;
    public static final int ILLEGAL = 10044;

    // Operations of the backchannel.
    public static final int CB_GETATTR = 3;
    public static final int CB_RECALL = 4;
    public static final int CB_RECALL_ANY = 8;
    public static final int CB_RECALL_SLOT = 10;
    public static final int CB_SEQUENCE = 11;
    public static final int CB_NOTIFY_LOCK = 13;

    // Status.
    public static final int OK = 0;
    public static final int ERR_PERM = 1;
    public static final int ERR_NOENT = 2;
    public static final int ERR_IO = 5;
    public static final int ERR_NXIO = 6;
    public static final int ERR_ACCESS = 13;
    public static final int ERR_EXIST = 17;
    public static final int ERR_NOTDIR = 20;
    public static final int ERR_ISDIR = 21;
    public static final int ERR_INVAL = 22;
    public static final int ERR_FBIG = 27;
    public static final int ERR_NOSPC = 28;
    public static final int ERR_ROFS = 30;
    public static final int ERR_NAMETOOLONG = 63;
    public static final int ERR_NOTEMPTY = 66;
    public static final int ERR_DQUOT = 69;
    public static final int ERR_STALE = 70;
    public static final int ERR_BADHANDLE = 10001;
    public static final int ERR_BAD_COOKIE = 10003;
    public static final int ERR_NOTSUPP = 10004;
    public static final int ERR_TOOSMALL = 10005;
    public static final int ERR_SERVERFAULT = 10006;
    public static final int ERR_DELAY = 10008;
    public static final int ERR_DENIED = 10010;
    public static final int ERR_EXPIRED = 10011;
    public static final int ERR_GRACE = 10013;
    public static final int ERR_SHARE_DENIED = 10015;
    public static final int ERR_WRONGSEC = 10016;
    public static final int ERR_MOVED = 10019;
    public static final int ERR_NOFILEHANDLE = 10020;
    public static final int ERR_MINOR_VERS_MISMATCH = 10021;
    public static final int ERR_STALE_CLIENTID = 10022;
    public static final int ERR_STALE_STATEID = 10023;
    public static final int ERR_OLD_STATEID = 10024;
    public static final int ERR_BAD_STATEID = 10025;
    public static final int ERR_BAD_SEQID = 10026;
    public static final int ERR_NOT_SAME = 10027;
    public static final int ERR_SYMLINK = 10029;
    public static final int ERR_RESTOREFH = 10030;
    public static final int ERR_NO_GRACE = 10033;
    public static final int ERR_BADXDR = 10036;
    public static final int ERR_LOCKS_HELD = 10037;
    public static final int ERR_OPENMODE = 10038;
    public static final int ERR_BADNAME = 10041;
    public static final int ERR_OP_ILLEGAL = 10044;
    public static final int ERR_ADMIN_REVOKED = 10047;
    public static final int ERR_DELEG_REVOKED = 10087;
    public static final int ERR_BADSESSION = 10052;
    public static final int ERR_BADSLOT = 10053;
    public static final int ERR_COMPLETE_ALREADY = 10054;
    public static final int ERR_CONN_NOT_BOUND_TO_SESSION = 10055;
    public static final int ERR_SEQ_MISORDERED = 10063;
    public static final int ERR_SEQUENCE_POS = 10064;
    public static final int ERR_REQ_TOO_BIG = 10065;
    public static final int ERR_REP_TOO_BIG = 10066;
    public static final int ERR_REP_TOO_BIG_TO_CACHE = 10067;
    public static final int ERR_RETRY_UNCACHED_REP = 10068;
    public static final int ERR_TOO_MANY_OPS = 10070;
    public static final int ERR_OP_NOT_IN_SESSION = 10071;
    public static final int ERR_CLIENTID_BUSY = 10074;
    public static final int ERR_DEADSESSION = 10078;
    public static final int ERR_NOT_ONLY_OP = 10081;
    public static final int ERR_WRONG_TYPE = 10083;
    public static final int ERR_NOXATTR = 10095;

    // Types of files.
    static final int REGULAR = 1;
    static final int DIRECTORY = 2;
    static final int BLOCK = 3;
    static final int CHARACTER = 4;
    static final int SYMLINK = 5;

    // ONC RPC (RFC 5531).
    static final int PROGRAM = 100003;
    static final int VERSION = 4;
    static final int CALL = 0;
    static final int REPLY = 1;
    static final int AUTH_NONE = 0;
    static final int AUTH_SYS = 1;
    static final int AUTH_TLS = 7;
    static final int LAST_FRAGMENT = 1 << 31;

    /** The longest file handle, in bytes. */
    static final int HANDLE_MAX = 128;

    private Nfs() {}
}
