package org.dpfs4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
    private static final int GROUPS = 32;

    @Test
    void creationWithoutExtensionsIsWellFormed() {
        var extensions = extensions(create());
        assertThat(extensions.wellFormed()).isTrue();
        assertThat(extensions.suppGroup()).isEqualTo(-1);
        assertThat(extensions.hasSecurityContext()).isFalse();
    }

    @Test
    void groupAndSecurityContextAreFoundInAnyOrder() {
        for (boolean groupFirst : new boolean[] {true, false}) {
            var request = create();
            if (groupFirst) {
                group(request, 0xFFFF_FFFEL);
            }
            context(request);
            if (!groupFirst) {
                group(request, 0xFFFF_FFFEL);
            }
            try (var arena = Arena.ofConfined()) {
                var heap = request.extensionUnits(7).segment();
                var head = arena.allocate(heap.byteSize()).copyFrom(heap);
                var extensions = new CreateIn(head).extensions();
                assertThat(extensions.wellFormed()).isTrue();
                assertThat(extensions.suppGroup()).isEqualTo(0xFFFF_FFFEL);
                assertThat(extensions.hasSecurityContext()).isTrue();
                assertThat(extensions.securityName().text()).isEqualTo("security.selinux");
                assertThat(extensions.securityValueBytes()).isEqualTo(3);
                var value = extensions.securityValueAddress() - head.address();
                assertThat(head.get(ValueLayout.JAVA_BYTE, value)).isEqualTo((byte) 'x');
            }
        }
    }

    @Test
    void securityContextOfAGuestThatSendsNoLengthIsFound() {
        var request = create();
        context(request);
        var extensions = extensions(request);
        assertThat(extensions.wellFormed()).isTrue();
        assertThat(extensions.hasSecurityContext()).isTrue();
    }

    @Test
    void headerWithoutContextsMeansNone() {
        var extensions = extensions(create().u32(8).u32(0).extensionUnits(1));
        assertThat(extensions.wellFormed()).isTrue();
        assertThat(extensions.hasSecurityContext()).isFalse();
        assertThat(extensions.suppGroup()).isEqualTo(-1);
    }

    @Test
    void listOfNoGroupsMeansNone() {
        var extensions = extensions(create().u32(16).u32(GROUPS).u32(0).u32(7));
        assertThat(extensions.wellFormed()).isTrue();
        assertThat(extensions.suppGroup()).isEqualTo(-1);
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertMalformed(create().zeros(7));
        assertMalformed(create().u32(0).u32(0));
        assertMalformed(create().u32(4).u32(0));
        assertMalformed(create().u32(16).u32(0));
        assertMalformed(create().u32(0xFFFF_FFF8L).u32(0));
        assertMalformed(create().u32(9).u32(0).zeros(8));
        assertMalformed(create().u32(8).u32(0).zeros(1));
    }

    @Test
    void headerMustCountTheExtensionsRight() {
        assertMalformed(group(create(), 5).extensionUnits(1));
        assertMalformed(group(create(), 5).extensionUnits(3));
        assertMalformed(create().extensionUnits(0xFFFF));
    }

    @Test
    void unknownAndRepeatedExtensionsAreRefused() {
        assertMalformed(create().u32(8).u32(GROUPS + 1));
        assertMalformed(create().u32(8).u32(0xFFFF_FFFFL));
        assertMalformed(group(group(create(), 5), 6));
        assertMalformed(create().u32(8).u32(0).u32(8).u32(0));
        assertMalformed(context(context(create())));
    }

    @Test
    void moreGroupsThanBytesAreRefused() {
        assertMalformed(create().u32(8).u32(GROUPS));
        assertMalformed(create().u32(16).u32(GROUPS).u32(2).u32(5));
        assertMalformed(create().u32(16).u32(GROUPS).u32(0xFFFF_FFFFL).u32(5));
    }

    @Test
    void contextsBeyondTheirBytesAreRefused() {
        assertMalformed(create().u32(8).u32(1));
        assertMalformed(create().u32(16).u32(1).u32(0).u32(0));
        assertMalformed(create().u32(24).u32(1).u32(0).u32(0).u64(-1));
        assertMalformed(create().u32(24).u32(1).u32(8).u32(0).string("abcdefg"));
        assertMalformed(create().u32(24).u32(1).u32(0xFFFF_FFFFL).u32(0).string("abcdefg"));
        assertMalformed(create().u32(24).u32(2).u32(0).u32(0).string("abcdefg"));
        assertThat(extensions(create().u32(24).u32(1).u32(0).u32(0).string("abcdefg"))
                        .wellFormed())
                .isTrue();
    }

    /** The request's memory ends with the request, so reading behind it would throw. */
    @Property(tries = 5000)
    void anyBytesAreJudgedWithinTheRequest(@ForAll("units") byte[] bytes) {
        var extensions = extensions(create().raw(bytes));
        if (extensions.wellFormed()) {
            long group = extensions.suppGroup();
            assertThat(group).isBetween(-1L, 0xFFFF_FFFFL);
            if (extensions.hasSecurityContext()) {
                var name = extensions.securityName();
                assertThat(name.end() + extensions.securityValueBytes())
                        .isLessThanOrEqualTo(Request.BODY + CreateIn.LAYOUT.byteSize() + 2 + bytes.length);
            }
        }
    }

    /** Mostly small numbers in 4-byte places: random bytes alone would never be a valid size. */
    @Provide
    Arbitrary<byte[]> units() {
        var number = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(0, 1, 2, 8, 16, 24, 31, 32, 33, 40)), Tuple.of(1, Arbitraries.integers()));
        var words = number.array(int[].class).ofMaxSize(16);
        return words.flatMap(numbers -> Arbitraries.integers().between(0, 3).map(odd -> bytes(numbers, odd)));
    }

    private static byte[] bytes(int[] numbers, int odd) {
        var buffer = ByteBuffer.allocate(numbers.length * Integer.BYTES + odd).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(numbers);
        return buffer.array();
    }

    private static RequestBytes create() {
        return RequestBytes.with(CreateIn.LAYOUT).string("f");
    }

    private static RequestBytes group(RequestBytes request, long gid) {
        return request.u32(16).u32(GROUPS).u32(1).u32(gid);
    }

    private static RequestBytes context(RequestBytes request) {
        return request.u32(40)
                .u32(1)
                .u32(3)
                .u32(0)
                .string("security.selinux")
                .raw(new byte[] {'x', 'y', 0})
                .zeros(4);
    }

    private static Extensions extensions(RequestBytes request) {
        return new CreateIn(request.segment()).extensions();
    }

    private static void assertMalformed(RequestBytes request) {
        assertThat(extensions(request).wellFormed()).isFalse();
    }
}
