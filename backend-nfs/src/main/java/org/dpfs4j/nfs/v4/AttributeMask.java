package org.dpfs4j.nfs.v4;

import java.util.Arrays;

/**
 * A set of attributes, as three words of 32 bits.
 *
 * @param low attributes 0 to 31
 * @param middle attributes 32 to 63
 * @param high attributes 64 to 95
 */
public record AttributeMask(int low, int middle, int high) {
    /** What a guest wants to know of a file. */
    public static final AttributeMask FILE = of(
            Bit.TYPE,
            Bit.CHANGE,
            Bit.SIZE,
            Bit.FSID,
            Bit.FILEID,
            Bit.MODE,
            Bit.NUMLINKS,
            Bit.OWNER,
            Bit.OWNER_GROUP,
            Bit.RAWDEV,
            Bit.SPACE_USED,
            Bit.TIME_ACCESS,
            Bit.TIME_METADATA,
            Bit.TIME_MODIFY,
            Bit.MOUNTED_ON_FILEID);

    /** The same, and when it was made. */
    public static final AttributeMask FILE_AND_BIRTH = FILE.and(Bit.TIME_CREATE);

    /** What an entry of a directory needs to be looked up at once. */
    public static final AttributeMask ENTRY = FILE.and(Bit.RDATTR_ERROR, Bit.FILEHANDLE);

    /** What an entry of a directory needs to be listed. */
    public static final AttributeMask NAME = of(Bit.TYPE, Bit.RDATTR_ERROR, Bit.FILEID, Bit.MOUNTED_ON_FILEID);

    /** What changes when a file is written. */
    public static final AttributeMask CHANGE = of(Bit.CHANGE);

    /** What a file system says about its room. */
    public static final AttributeMask SPACE = of(
            Bit.FILES_AVAIL,
            Bit.FILES_FREE,
            Bit.FILES_TOTAL,
            Bit.MAXNAME,
            Bit.SPACE_AVAIL,
            Bit.SPACE_FREE,
            Bit.SPACE_TOTAL);

    /** What a server says about itself. */
    public static final AttributeMask SERVER = FILE.and(
            Bit.SUPPORTED_ATTRS,
            Bit.FH_EXPIRE_TYPE,
            Bit.LEASE_TIME,
            Bit.MAXREAD,
            Bit.MAXWRITE,
            Bit.SUPPATTR_EXCLCREAT,
            Bit.XATTR_SUPPORT);

    /** A set of these attributes. */
    static AttributeMask of(int... bits) {
        var words = new int[3];
        Arrays.stream(bits).forEach(bit -> words[bit / Integer.SIZE] |= 1 << bit % Integer.SIZE);
        return new AttributeMask(words[0], words[1], words[2]);
    }

    private AttributeMask and(int... bits) {
        var more = of(bits);
        return new AttributeMask(low | more.low, middle | more.middle, high | more.high);
    }

    /** Whether an attribute is in it. */
    boolean has(int bit) {
        var word = bit < 32 ? low : bit < 64 ? middle : high;
        return (word >>> bit % Integer.SIZE & 1) != 0;
    }
}
