package org.dpfs4j.nfs.v4;

/** Numbers of attributes (RFC 8881, 5.6 to 5.8; RFC 8276, 8.2), and sets of them: three words of 32 bits. */
final class Bit {
    static final int SUPPORTED_ATTRS = 0;
    static final int TYPE = 1;
    static final int FH_EXPIRE_TYPE = 2;
    static final int CHANGE = 3;
    static final int SIZE = 4;
    static final int FSID = 8;
    static final int LEASE_TIME = 10;
    static final int RDATTR_ERROR = 11;
    static final int FILEHANDLE = 19;
    static final int FILEID = 20;
    static final int FILES_AVAIL = 21;
    static final int FILES_FREE = 22;
    static final int FILES_TOTAL = 23;
    static final int FS_LOCATIONS = 24;
    static final int MAXNAME = 29;
    static final int MAXREAD = 30;
    static final int MAXWRITE = 31;
    static final int MODE = 33;
    static final int NUMLINKS = 35;
    static final int OWNER = 36;
    static final int OWNER_GROUP = 37;
    static final int RAWDEV = 41;
    static final int SPACE_AVAIL = 42;
    static final int SPACE_FREE = 43;
    static final int SPACE_TOTAL = 44;
    static final int SPACE_USED = 45;
    static final int TIME_ACCESS = 47;
    static final int TIME_ACCESS_SET = 48;
    static final int TIME_CREATE = 50;
    static final int TIME_METADATA = 52;
    static final int TIME_MODIFY = 53;
    static final int TIME_MODIFY_SET = 54;
    static final int MOUNTED_ON_FILEID = 55;
    static final int SUPPATTR_EXCLCREAT = 75;
    static final int XATTR_SUPPORT = 82;

    private Bit() {}
}
