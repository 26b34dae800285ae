package org.dpfs4j.nfs.v4;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.wire.Attr;
import org.dpfs4j.wire.DeviceNumber;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.StatfsOut;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxMask;

/** Attributes as a server sent them, read over and over; what it left out is 0. Why this file is long: there are many. */
public final class Attributes {
    private static final int ATTRIBUTES_BYTES_MAX = 64 << 10;
    private static final int OWNER_BYTES_MAX = 1024;
    private static final int NOBODY = 65534;
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int[] FORMATS = {
        0, Mode.REGULAR, Mode.DIRECTORY, Mode.BLOCK_DEVICE, Mode.CHARACTER_DEVICE, Mode.SYMLINK, Mode.SOCKET, Mode.FIFO
    };

    private final int[] words = new int[3];
    private final long[] numbers = new long[3 * Integer.SIZE];
    private final int[] nanos = new int[Integer.SIZE];
    private final FileHandle handle = new FileHandle();
    private long fsidMinor;
    private AttributeMask supported = AttributeMask.of();
    private AttributeMask exclusive = AttributeMask.of();

    /** A copy to keep of what describes a file. */
    public Attributes copy() {
        var copy = new Attributes();
        System.arraycopy(words, 0, copy.words, 0, words.length);
        System.arraycopy(numbers, 0, copy.numbers, 0, numbers.length);
        System.arraycopy(nanos, 0, copy.nanos, 0, nanos.length);
        return copy;
    }

    /** Reads {@code fattr4} over what was read before. */
    public void read(XdrReader in) {
        java.util.Arrays.fill(words, 0);
        java.util.Arrays.fill(numbers, 0);
        java.util.Arrays.fill(nanos, 0);
        fsidMinor = 0;
        handle.clear();
        var count = in.getCount(8);
        for (int i = 0; i < count; i++) {
            var word = in.getInt();
            if (i < words.length) {
                words[i] = word;
            } else if (word != 0) {
                throw new Malformed("attributes that nobody asked for");
            }
        }
        var bytes = in.getLength(ATTRIBUTES_BYTES_MAX);
        var end = in.position() + bytes;
        for (int word = 0; word < words.length; word++) {
            for (int bits = words[word]; bits != 0; bits &= bits - 1) {
                read(in, word * Integer.SIZE + Integer.numberOfTrailingZeros(bits));
            }
        }
        if (in.position() != end) {
            throw new Malformed("attributes that are longer or shorter than they are said to be");
        }
    }

    private void read(XdrReader in, int bit) {
        switch (bit) {
            case Bit.SUPPORTED_ATTRS -> supported = readMask(in);
            case Bit.SUPPATTR_EXCLCREAT -> exclusive = readMask(in);
            case Bit.TYPE,
                    Bit.FH_EXPIRE_TYPE,
                    Bit.LEASE_TIME,
                    Bit.RDATTR_ERROR,
                    Bit.MAXNAME,
                    Bit.MODE,
                    Bit.NUMLINKS,
                    Bit.XATTR_SUPPORT -> numbers[bit] = in.getUnsigned();
            case Bit.CHANGE,
                    Bit.SIZE,
                    Bit.FILEID,
                    Bit.FILES_AVAIL,
                    Bit.FILES_FREE,
                    Bit.FILES_TOTAL,
                    Bit.MAXREAD,
                    Bit.MAXWRITE,
                    Bit.SPACE_AVAIL,
                    Bit.SPACE_FREE,
                    Bit.SPACE_TOTAL,
                    Bit.SPACE_USED,
                    Bit.MOUNTED_ON_FILEID -> numbers[bit] = in.getLong();
            case Bit.FSID -> {
                numbers[bit] = in.getLong();
                fsidMinor = in.getLong();
            }
            case Bit.FILEHANDLE -> handle.read(in);
            case Bit.OWNER, Bit.OWNER_GROUP -> numbers[bit] = readId(in);
            case Bit.RAWDEV -> numbers[bit] = DeviceNumber.encode(in.getInt() & 0xfff, in.getInt() & 0xfffff);
            case Bit.TIME_ACCESS, Bit.TIME_CREATE, Bit.TIME_METADATA, Bit.TIME_MODIFY -> {
                numbers[bit] = in.getLong();
                nanos[bit - Integer.SIZE] = (int) Math.min(in.getUnsigned(), NANOS_PER_SECOND - 1);
            }
            default -> throw new Malformed("attribute " + bit + ", which nobody asked for");
        }
    }

    private static AttributeMask readMask(XdrReader in) {
        var read = new int[3];
        var count = in.getCount(8);
        for (int i = 0; i < count; i++) {
            var word = in.getInt();
            if (i < read.length) {
                read[i] = word;
            }
        }
        return new AttributeMask(read[0], read[1], read[2]);
    }

    /** A user or group: decimal digits, perhaps with a domain behind them; whoever else is nobody. */
    private static long readId(XdrReader in) {
        var at = in.getOpaque(OWNER_BYTES_MAX);
        var bytes = in.lastBytes();
        var id = 0L;
        var digits = 0;
        for (; digits < bytes; digits++) {
            var letter = Memory.ALL.get(JAVA_BYTE, at + digits);
            if (letter < '0' || letter > '9') {
                break;
            }
            id = id * 10 + letter - '0';
            if (id > 0xffff_ffffL) {
                return NOBODY;
            }
        }
        var ends = digits == bytes || Memory.ALL.get(JAVA_BYTE, at + digits) == '@';
        if (digits > 0 && ends) {
            return id;
        }
        return isRoot(at, bytes) ? 0 : NOBODY;
    }

    private static boolean isRoot(long at, int bytes) {
        var root = new byte[] {'r', 'o', 'o', 't'};
        for (int i = 0; i < root.length; i++) {
            if (i >= bytes || Memory.ALL.get(JAVA_BYTE, at + i) != root[i]) {
                return false;
            }
        }
        return bytes == root.length || Memory.ALL.get(JAVA_BYTE, at + root.length) == '@';
    }

    /** Whether the server sent this attribute. */
    boolean has(int bit) {
        return (words[bit / Integer.SIZE] >>> bit % Integer.SIZE & 1) != 0;
    }

    long number(int bit) {
        return numbers[bit];
    }

    /** The mode with the type of the file. */
    public int mode() {
        return format() | ((int) numbers[Bit.MODE] & Mode.PERMISSIONS);
    }

    /** The type of the file, as in a mode; 0 when it is not known. */
    public int format() {
        var type = numbers[Bit.TYPE];
        return type < FORMATS.length ? FORMATS[(int) type] : 0;
    }

    public boolean isDirectory() {
        return format() == Mode.DIRECTORY;
    }

    /** The file's number, never 0; of a directory that something else is mounted on, as its parent lists it. */
    public long fileId() {
        return Math.max(1, numbers[Bit.FILEID]);
    }

    /** The number that a listing of the parent shows. */
    public long listedFileId() {
        return has(Bit.MOUNTED_ON_FILEID) ? Math.max(1, numbers[Bit.MOUNTED_ON_FILEID]) : fileId();
    }

    public long fsidMajor() {
        return numbers[Bit.FSID];
    }

    public long fsidMinor() {
        return fsidMinor;
    }

    public long sizeBytes() {
        return numbers[Bit.SIZE];
    }

    /** Changes whenever the file does. */
    public long change() {
        return numbers[Bit.CHANGE];
    }

    public int linkCount() {
        return (int) numbers[Bit.NUMLINKS];
    }

    /** Why attributes of an entry could not be read, or 0. */
    public int error() {
        return (int) numbers[Bit.RDATTR_ERROR];
    }

    /** The file handle, empty when there is none. */
    public FileHandle handle() {
        return handle;
    }

    /** Whether a file that is made exclusively can be given its mode at once. */
    public boolean createsOnce() {
        return exclusive.has(Bit.MODE);
    }

    /** Attributes that the server knows. */
    public AttributeMask supported() {
        return supported;
    }

    public boolean hasXattrs() {
        return numbers[Bit.XATTR_SUPPORT] != 0;
    }

    public long leaseSeconds() {
        return numbers[Bit.LEASE_TIME];
    }

    /** The largest READ; 0 when it was not said, or makes no sense. */
    public long readBytesMax() {
        return Math.max(0, numbers[Bit.MAXREAD]);
    }

    /** The largest WRITE; 0 when it was not said, or makes no sense. */
    public long writeBytesMax() {
        return Math.max(0, numbers[Bit.MAXWRITE]);
    }

    /** Fills in what a guest sees; {@code blockBytes} is the preferred size of a transfer. */
    public void fill(Attr attr, int blockBytes) {
        attr.ino(fileId())
                .sizeBytes(sizeBytes())
                .blocks((numbers[Bit.SPACE_USED] + 511) >>> 9)
                .atime(numbers[Bit.TIME_ACCESS], nanos[Bit.TIME_ACCESS - Integer.SIZE])
                .mtime(numbers[Bit.TIME_MODIFY], nanos[Bit.TIME_MODIFY - Integer.SIZE])
                .ctime(numbers[Bit.TIME_METADATA], nanos[Bit.TIME_METADATA - Integer.SIZE])
                .mode(mode())
                .linkCount(numbers[Bit.NUMLINKS])
                .uid((int) numbers[Bit.OWNER])
                .gid((int) numbers[Bit.OWNER_GROUP])
                .rdev((int) numbers[Bit.RAWDEV])
                .blockBytes(blockBytes);
    }

    /** As above, for statx(2). */
    public void fill(Statx statx, int blockBytes) {
        statx.clear();
        var rdev = (int) numbers[Bit.RAWDEV];
        statx.mask(StatxMask.BASIC_STATS | (has(Bit.TIME_CREATE) ? StatxMask.BTIME : 0))
                .ino(fileId())
                .sizeBytes(sizeBytes())
                .blocks((numbers[Bit.SPACE_USED] + 511) >>> 9)
                .atime(numbers[Bit.TIME_ACCESS], nanos[Bit.TIME_ACCESS - Integer.SIZE])
                .mtime(numbers[Bit.TIME_MODIFY], nanos[Bit.TIME_MODIFY - Integer.SIZE])
                .ctime(numbers[Bit.TIME_METADATA], nanos[Bit.TIME_METADATA - Integer.SIZE])
                .btime(numbers[Bit.TIME_CREATE], nanos[Bit.TIME_CREATE - Integer.SIZE])
                .mode(mode())
                .linkCount(numbers[Bit.NUMLINKS])
                .uid((int) numbers[Bit.OWNER])
                .gid((int) numbers[Bit.OWNER_GROUP])
                .rdevMajor(DeviceNumber.major(rdev))
                .rdevMinor(DeviceNumber.minor(rdev))
                .blockBytes(blockBytes);
    }

    /** Fills in the room of a file system, in blocks of 4 KiB. */
    public void fill(StatfsOut out) {
        out.blocks(numbers[Bit.SPACE_TOTAL] >>> 12)
                .freeBlocks(numbers[Bit.SPACE_FREE] >>> 12)
                .availableBlocks(numbers[Bit.SPACE_AVAIL] >>> 12)
                .files(numbers[Bit.FILES_TOTAL])
                .freeFiles(numbers[Bit.FILES_FREE])
                .blockBytes(4096)
                .fragmentBytes(4096)
                .nameMax(Math.min(Limits.NAME_BYTES, numbers[Bit.MAXNAME]));
    }
}
