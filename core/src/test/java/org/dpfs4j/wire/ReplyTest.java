package org.dpfs4j.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReplyTest {
    private static final byte STALE = 0x5A;

    @Test
    void attributesAreThoseOfStatx() {
        var statx = statx();
        var memory = stale(Attr.BYTES);
        var attr = new Attr(memory, 0).from(statx);
        assertThat(attr.ino()).isEqualTo(1);
        assertThat(attr.sizeBytes()).isEqualTo(2);
        assertThat(attr.blocks()).isEqualTo(3);
        assertThat(attr.atimeSeconds()).isEqualTo(-4);
        assertThat(attr.atimeNanos()).isEqualTo(5);
        assertThat(attr.mtimeSeconds()).isEqualTo(6);
        assertThat(attr.mtimeNanos()).isEqualTo(7);
        assertThat(attr.ctimeSeconds()).isEqualTo(8);
        assertThat(attr.ctimeNanos()).isEqualTo(9);
        assertThat(attr.mode()).isEqualTo(Mode.CHARACTER_DEVICE | 0600);
        assertThat(attr.linkCount()).isEqualTo(10);
        assertThat(attr.uid()).isEqualTo(11);
        assertThat(attr.gid()).isEqualTo(12);
        assertThat(attr.rdev()).isEqualTo(DeviceNumber.encode(13, 300));
        assertThat(attr.blockBytes()).isEqualTo(4096);
        assertThat(attr.flags()).isZero();
        // Each field is filled, so nothing stale may be left anywhere.
        assertThat(memory.toArray(JAVA_BYTE)).doesNotContain(STALE);
    }

    @Test
    void timesLieWhereTheKernelHasThem() {
        var memory = stale(Attr.BYTES);
        new Attr(memory, 0).from(statx());
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "atime")).isEqualTo(-4);
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "atimensec")).isEqualTo(5);
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "mtime")).isEqualTo(6);
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "mtimensec")).isEqualTo(7);
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "ctime")).isEqualTo(8);
        assertThat(RequestBytes.get(memory, Attr.LAYOUT, 0, "ctimensec")).isEqualTo(9);
    }

    @Test
    void statxReplyHasTheAttributesButNotTheServersMount() {
        var memory = stale(StatxOut.BYTES);
        var out = new StatxOut(memory, 0);
        out.clear();
        out.attrTimeoutNanos(2_000_000_003).from(statx().mountId(-1).directMemoryAlignment(512));

        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "attr_valid")).isEqualTo(2);
        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "attr_valid_nsec"))
                .isEqualTo(3);
        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "stat.ino")).isEqualTo(1);
        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "stat.mtime.tv_sec"))
                .isEqualTo(6);
        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "stat.btime.tv_nsec"))
                .isEqualTo(15);
        assertThat(RequestBytes.get(memory, StatxOut.LAYOUT, 0, "stat.rdev_minor"))
                .isEqualTo(300);
        assertThat(memory.asSlice(StatxOut.BYTES - 14 * 8).toArray(JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void fileSystemStatusIsThatOfStatfs() {
        var statfs = new Statfs(MemorySegment.ofArray(new byte[Statfs.BYTES]), 0)
                .blocks(1)
                .freeBlocks(2)
                .availableBlocks(3)
                .files(4)
                .freeFiles(5)
                .blockBytes(6)
                .nameMax(255)
                .fragmentBytes(512);
        var memory = stale(StatfsOut.BYTES);
        var out = new StatfsOut(memory, 0).from(statfs);
        assertThat(out.blocks()).isEqualTo(1);
        assertThat(out.freeBlocks()).isEqualTo(2);
        assertThat(out.availableBlocks()).isEqualTo(3);
        assertThat(out.files()).isEqualTo(4);
        assertThat(out.freeFiles()).isEqualTo(5);
        assertThat(out.blockBytes()).isEqualTo(6);
        assertThat(out.nameMax()).isEqualTo(255);
        assertThat(out.fragmentBytes()).isEqualTo(512);
        assertThat(memory.toArray(JAVA_BYTE)).doesNotContain(STALE);
    }

    @Property
    void timeoutsAreSplitIntoSecondsAndNanoseconds(@ForAll @LongRange(min = 0) long nanos) {
        var memory = stale(EntryOut.BYTES);
        var entry = new EntryOut(memory, 0).entryTimeoutNanos(nanos).attrTimeoutNanos(0);
        assertThat(entry.entryTimeoutNanos()).isEqualTo(nanos);
        assertThat(entry.attrTimeoutNanos()).isZero();
        assertThat(RequestBytes.get(memory, EntryOut.LAYOUT, 0, "entry_valid_nsec"))
                .isLessThan(1_000_000_000);
    }

    @Test
    void errorIsNegativeOnTheWire() {
        var memory = stale(OutHeader.BYTES);
        var header = new OutHeader(memory, 0)
                .lengthBytes(16)
                .error(Errno.ENOENT.code())
                .unique(1);
        assertThat(header.error()).isEqualTo(2);
        assertThat(RequestBytes.get(memory, OutHeader.LAYOUT, 0, "error")).isEqualTo(0xFFFF_FFFEL);
        assertThat(memory.toArray(JAVA_BYTE)).doesNotContain(STALE);
    }

    @Test
    void initFlagsAreSplit() {
        var memory = stale(InitOut.BYTES);
        var flags = InitFlags.ASYNC_READ | InitFlags.INIT_EXT | InitFlags.REQUEST_TIMEOUT;
        assertThat(new InitOut(memory, 0).flags(flags).flags()).isEqualTo(flags);
        assertThat(RequestBytes.get(memory, InitOut.LAYOUT, 0, "flags")).isEqualTo(1 | (1 << 30));
        assertThat(RequestBytes.get(memory, InitOut.LAYOUT, 0, "flags2")).isEqualTo(1 << 10);
    }

    @Test
    void createReplyIsEntryThenOpenFile() {
        var memory = stale(CreateOut.BYTES);
        var out = new CreateOut(memory, 0);
        out.clear();
        assertThat(memory.toArray(JAVA_BYTE)).containsOnly(0);
        out.entry().nodeId(5);
        out.open().handle(6);
        assertThat(new EntryOut(memory, 0).nodeId()).isEqualTo(5);
        assertThat(new OpenOut(memory, 128).handle()).isEqualTo(6);
    }

    @Test
    void valuesTooLargeForTheirFieldBecomeTheLargest() {
        var out = new InitOut(stale(InitOut.BYTES), 0).maxPages(70_000).maxWriteBytes(1L << 40);
        assertThat(out.maxPages()).isEqualTo(0xFFFF);
        assertThat(out.maxWriteBytes()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void structureMustLieInsideItsMemory() {
        var memory = stale(AttrOut.BYTES);
        assertThatThrownBy(() -> new AttrOut(memory, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new AttrOut(memory, -8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Statx statx() {
        return new Statx(MemorySegment.ofArray(new byte[Statx.BYTES]), 0)
                .ino(1)
                .sizeBytes(2)
                .blocks(3)
                .atime(-4, 5)
                .mtime(6, 7)
                .ctime(8, 9)
                .btime(14, 15)
                .mode(Mode.CHARACTER_DEVICE | 0600)
                .linkCount(10)
                .uid(11)
                .gid(12)
                .rdevMajor(13)
                .rdevMinor(300)
                .blockBytes(4096);
    }

    private static MemorySegment stale(int size) {
        return MemorySegment.ofArray(new byte[size]).fill(STALE);
    }
}
