package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/** Attributes of files on the wire (RFC 8881, section 5): a bitmap, and values in its order. */
final class MockAttributes {
    private static final int SIZE = 4;
    private static final int FILEHANDLE = 19;
    private static final int LOCATIONS = 24;
    private static final int MODE = 33;
    private static final int OWNER = 36;
    private static final int GROUP = 37;
    private static final int ATIME_SET = 48;
    private static final int MTIME_SET = 54;
    private static final BitSet SUPPORTED = bits(
            0,
            1,
            2,
            3,
            SIZE,
            5,
            6,
            8,
            9,
            10,
            11,
            FILEHANDLE,
            20,
            21,
            22,
            23,
            LOCATIONS,
            27,
            28,
            29,
            30,
            31,
            MODE,
            35,
            OWNER,
            GROUP,
            41,
            42,
            43,
            44,
            45,
            47,
            ATIME_SET,
            50,
            51,
            52,
            53,
            MTIME_SET,
            55,
            75,
            82);
    private static final BitSet SETTABLE = bits(SIZE, MODE, OWNER, GROUP, ATIME_SET, MTIME_SET);
    private static final long SPACE = 1L << 40;

    private final MockTree tree;
    private final MockRules rules;

    MockAttributes(MockTree tree, MockRules rules) {
        this.tree = tree;
        this.rules = rules;
    }

    static BitSet bits(int... wanted) {
        var bits = new BitSet();
        for (int bit : wanted) {
            bits.set(bit);
        }
        return bits;
    }

    /** Writes what is asked for and there. */
    void write(ByteBuf out, BitSet wanted, MockNode node) {
        var given = (BitSet) wanted.clone();
        given.and(SUPPORTED);
        if (rules.minor < 2) {
            given.clear(82);
        }
        Xdr.writeBitmap(out, given);
        int at = out.writerIndex();
        out.writeInt(0);
        given.stream().forEach(attribute -> value(out, attribute, node));
        out.setInt(at, out.writerIndex() - at - Integer.BYTES);
    }

    private void value(ByteBuf out, int attribute, MockNode node) {
        switch (attribute) {
            case 0 -> Xdr.writeBitmap(out, SUPPORTED);
            case 1 -> out.writeInt(node.type);
            case 2, 11 -> out.writeInt(0);
            case 3 -> out.writeLong(node.change);
            case SIZE -> out.writeLong(node.size());
            case 5, 6, 9 -> out.writeInt(1);
            case 8 -> out.writeLong(7).writeLong(7);
            case 10 -> out.writeInt(rules.leaseSeconds);
            case FILEHANDLE -> Xdr.writeOpaque(out, tree.handle(node));
            case 20, 55 -> out.writeLong(node.id);
            case 21, 22, 23 -> out.writeLong(1_000_000);
            case LOCATIONS -> locations(out);
            case 27 -> out.writeLong(Integer.MAX_VALUE);
            case 28 -> out.writeInt(32000);
            case 29 -> out.writeInt(MockFiles.NAME_MAX);
            case 30 -> out.writeLong(rules.readMax);
            case 31 -> out.writeLong(rules.writeMax);
            case MODE -> out.writeInt(node.mode);
            case 35 -> out.writeInt(node.links);
            case OWNER -> Xdr.writeName(out, Integer.toUnsignedString(node.uid));
            case GROUP -> Xdr.writeName(out, Integer.toUnsignedString(node.gid));
            case 41 -> out.writeInt(node.major).writeInt(node.minor);
            case 42, 43, 44 -> out.writeLong(SPACE);
            case 45 -> out.writeLong(node.size() + 511 & ~511);
            case 47 -> time(out, node.accessed);
            case 50 -> time(out, node.born);
            case 51 -> time(out, 1);
            case 52 -> time(out, node.changed);
            case 53 -> time(out, node.modified);
            case 75 -> Xdr.writeBitmap(out, SETTABLE);
            case 82 -> out.writeInt(1);
            default -> throw new IllegalStateException("attribute " + attribute);
        }
    }

    /** {@code fs_locations4}: of the root, on each server under the name {@code moved}. */
    private void locations(ByteBuf out) {
        out.writeInt(0).writeInt(rules.locations.size());
        rules.locations.forEach(server -> {
            Xdr.writeName(out.writeInt(1), server);
            Xdr.writeName(out.writeInt(1), "moved");
        });
    }

    /** Reads and sets attributes; gives those that were set. */
    BitSet set(ByteBuf in, MockNode node) {
        var given = Xdr.bitmap(in);
        int length = Xdr.length(in, in.readableBytes());
        int end = in.readerIndex() + length + Xdr.padding(length);
        given.stream().forEach(attribute -> set(in, attribute, node));
        if (in.readerIndex() != end) {
            throw new IllegalArgumentException("attributes of " + length + " bytes that end elsewhere");
        }
        if (!given.isEmpty()) {
            node.touchAttributes();
        }
        return given;
    }

    private static void set(ByteBuf in, int attribute, MockNode node) {
        switch (attribute) {
            case SIZE -> node.resize(Math.toIntExact(in.readLong()));
            case MODE -> node.mode = in.readInt() & 07777;
            case OWNER -> node.uid = Integer.parseUnsignedInt(Xdr.name(in, 128));
            case GROUP -> node.gid = Integer.parseUnsignedInt(Xdr.name(in, 128));
            case ATIME_SET -> node.accessed = time(in);
            case MTIME_SET -> node.modified = time(in);
            default -> throw new IllegalArgumentException("attribute " + attribute + " cannot be set");
        }
    }

    private static long time(ByteBuf in) {
        return in.readInt() == 0 ? MockTree.now() : TimeUnit.SECONDS.toNanos(in.readLong()) + in.readInt();
    }

    private static void time(ByteBuf out, long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        out.writeLong(Math.floorDiv(nanos, second)).writeInt((int) Math.floorMod(nanos, second));
    }
}
