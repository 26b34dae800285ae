package org.dpfs4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final long U32_MAX = 0xFFFF_FFFFL;

    @Test
    void headerIsReadWithoutSigns() {
        var head = RequestBytes.with(Request.NO_BODY).segment();
        head.fill((byte) 0xFF);
        var request = new Request(head);
        assertThat(request.lengthBytes()).isEqualTo(U32_MAX);
        assertThat(request.extensionBytes()).isEqualTo(0xFFFF * 8);
        assertThat(request.uid()).isEqualTo(Protocol.INVALID_ID);
        assertThat(request.isResent()).isTrue();
    }

    @Test
    void headerFieldsAreTheKernels() {
        var head = RequestBytes.with(Request.NO_BODY).segment();
        String[] fields = {"opcode", "unique", "nodeid", "uid", "gid", "pid"};
        for (int i = 0; i < fields.length; i++) {
            RequestBytes.set(head, Request.HEADER, 0, fields[i], i + 1);
        }
        var request = new Request(head);
        assertThat(request.opcode()).isEqualTo(1);
        assertThat(request.unique()).isEqualTo(2);
        assertThat(request.nodeId()).isEqualTo(3);
        assertThat(request.uid()).isEqualTo(4);
        assertThat(request.gid()).isEqualTo(5);
        assertThat(request.pid()).isEqualTo(6);
        assertThat(request.isResent()).isFalse();
    }

    @Test
    void upperInitFlagsCountOnlyWhenSentAndAnnounced() {
        var shortForm = RequestBytes.with(InitIn.LAYOUT)
                .declaredLength(Request.BODY + InitIn.COMPAT_BYTES)
                .segment();
        var longForm = RequestBytes.with(InitIn.LAYOUT).segment();
        for (var head : new MemorySegment[] {shortForm, longForm}) {
            RequestBytes.set(head, InitIn.LAYOUT, Request.BODY, "flags", InitFlags.INIT_EXT | InitFlags.ASYNC_READ);
            RequestBytes.set(head, InitIn.LAYOUT, Request.BODY, "flags2", U32_MAX);
        }
        assertThat(new InitIn(shortForm).flags()).isEqualTo(InitFlags.INIT_EXT | InitFlags.ASYNC_READ);
        assertThat(new InitIn(longForm).flags())
                .isEqualTo(InitFlags.INIT_EXT | InitFlags.ASYNC_READ | (U32_MAX << Integer.SIZE));

        RequestBytes.set(longForm, InitIn.LAYOUT, Request.BODY, "flags", 0xFFFF_FFFFL & ~InitFlags.INIT_EXT);
        assertThat(new InitIn(longForm).flags()).isEqualTo(0xFFFF_FFFFL & ~InitFlags.INIT_EXT);
    }

    @Test
    void initOfExactlyTheShortFormIsReadWithinItsBytes() {
        var head = RequestBytes.with(Request.NO_BODY).zeros(InitIn.COMPAT_BYTES).segment();
        RequestBytes.set(head, InitIn.LAYOUT, Request.BODY, "flags", InitFlags.INIT_EXT);
        assertThat(new InitIn(head).flags()).isEqualTo(InitFlags.INIT_EXT);
    }

    @Test
    void hugeLookupCountsStayPositive() {
        var head = RequestBytes.with(ForgetIn.LAYOUT).segment();
        RequestBytes.set(head, ForgetIn.LAYOUT, Request.BODY, "nlookup", -1);
        assertThat(new ForgetIn(head).lookups()).isEqualTo(Long.MAX_VALUE);
        RequestBytes.set(head, ForgetIn.LAYOUT, Request.BODY, "nlookup", 3);
        assertThat(new ForgetIn(head).lookups()).isEqualTo(3);
    }

    @Test
    void batchForgetEntriesAreReadWhereTheyLie() {
        var head = RequestBytes.with(BatchForgetIn.LAYOUT)
                .u64(11)
                .u64(1)
                .u64(12)
                .u64(-1)
                .segment();
        long second = Request.BODY + BatchForgetIn.LAYOUT.byteSize() + ForgetOne.LAYOUT.byteSize();
        assertThat(ForgetOne.nodeId(head, second - 16)).isEqualTo(11);
        assertThat(ForgetOne.lookups(head, second - 16)).isEqualTo(1);
        assertThat(ForgetOne.nodeId(head, second)).isEqualTo(12);
        assertThat(ForgetOne.lookups(head, second)).isEqualTo(Long.MAX_VALUE);
    }

    @Property
    void removemappingWalksNoFurtherThanItsBytes(
            @ForAll @LongRange(min = 0, max = U32_MAX) long count,
            @ForAll @LongRange(min = 0, max = U32_MAX) long length,
            @ForAll @IntRange(max = 100) int extra) {
        var head = RequestBytes.with(RemovemappingIn.LAYOUT)
                .zeros(extra)
                .declaredLength(length)
                .segment();
        RequestBytes.set(head, RemovemappingIn.LAYOUT, Request.BODY, "count", count);
        var in = new RemovemappingIn(head);
        assertThat(in.entriesPresent()).isBetween(0, extra / 16);
        assertThat((long) in.entriesPresent()).isLessThanOrEqualTo(count);
        for (int i = 0; i < in.entriesPresent(); i++) {
            assertThat(in.windowOffset(i) + in.rangeBytes(i)).isZero();
        }
    }

    @Test
    void removemappingEntriesAreReadInOrder() {
        var head = RequestBytes.with(RemovemappingIn.LAYOUT)
                .u64(5)
                .u64(6)
                .u64(7)
                .u64(8)
                .segment();
        RequestBytes.set(head, RemovemappingIn.LAYOUT, Request.BODY, "count", U32_MAX);
        var in = new RemovemappingIn(head);
        assertThat(in.entriesPresent()).isEqualTo(2);
        assertThat(in.windowOffset(1)).isEqualTo(7);
        assertThat(in.rangeBytes(1)).isEqualTo(8);
    }

    @Test
    void renameAndRename2GiveTheSameNames() {
        var rename = new RenameIn(
                RequestBytes.with(RenameIn.LAYOUT).string("old").string("new").segment());
        var rename2 = new Rename2In(
                RequestBytes.with(Rename2In.LAYOUT).string("old").string("new").segment());
        for (var in : new RenameIn[] {rename, rename2}) {
            assertThat(in.name().text()).isEqualTo("old");
            assertThat(in.newName().text()).isEqualTo("new");
        }
        assertThat(rename.flags()).isZero();
    }

    @Test
    void symlinkNamesAreInTheKernelsOrder() {
        var in = new SymlinkIn(
                RequestBytes.with(Request.NO_BODY).string("link").string("../x").segment());
        assertThat(in.name().text()).isEqualTo("link");
        assertThat(in.target().text()).isEqualTo("../x");
    }

    @Test
    void xattrValueFollowsTheNameInBothForms() {
        try (var arena = Arena.ofConfined()) {
            var small = RequestBytes.with(SetxattrIn.LAYOUT).string("user.a").raw(new byte[] {1, 2, 3});
            var large = RequestBytes.with(SetxattrExtIn.LAYOUT).string("user.a").raw(new byte[] {1, 2, 3});
            var in = new SetxattrIn(inNative(arena, small));
            var ext = new SetxattrExtIn(inNative(arena, large));
            for (var each : new SetxattrIn[] {in, ext}) {
                RequestBytes.set(each.head, SetxattrIn.LAYOUT, Request.BODY, "size", 3);
                assertThat(each.name().text()).isEqualTo("user.a");
                assertThat(each.valueIsPresent()).isTrue();
                assertThat(each.valueAddress() - each.head.address()).isEqualTo(each.head.byteSize() - 3);
                RequestBytes.set(each.head, SetxattrIn.LAYOUT, Request.BODY, "size", 4);
                assertThat(each.valueIsPresent()).isFalse();
                RequestBytes.set(each.head, SetxattrIn.LAYOUT, Request.BODY, "size", U32_MAX);
                assertThat(each.valueIsPresent()).isFalse();
            }
        }
    }

    @Test
    void nanosecondsThatMeanNowAreNoTime() {
        var head = RequestBytes.with(SetattrIn.LAYOUT).segment();
        var in = new SetattrIn(head);
        RequestBytes.set(head, SetattrIn.LAYOUT, Request.BODY, "mtimensec", (1 << 30) - 1);
        assertThat(in.timesAreValid()).as("not set").isTrue();
        RequestBytes.set(head, SetattrIn.LAYOUT, Request.BODY, "valid", SetattrValid.MTIME);
        assertThat(in.timesAreValid()).isFalse();
        RequestBytes.set(head, SetattrIn.LAYOUT, Request.BODY, "mtimensec", U32_MAX);
        assertThat(in.timesAreValid()).isFalse();
        RequestBytes.set(head, SetattrIn.LAYOUT, Request.BODY, "mtimensec", 999_999_999);
        assertThat(in.timesAreValid()).isTrue();
    }

    private static MemorySegment inNative(Arena arena, RequestBytes request) {
        var heap = request.segment();
        return arena.allocate(heap.byteSize()).copyFrom(heap);
    }
}
