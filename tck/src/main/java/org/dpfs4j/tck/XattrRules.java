package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.XattrFlags;
import org.junit.jupiter.api.Test;

/** Extended attributes. */
public interface XattrRules extends Rules {
    /** {@code XATTR_SIZE_MAX}. */
    int VALUE_MAX = 64 << 10;

    private static byte[] value(String text) {
        return text.getBytes(UTF_8);
    }

    private List<String> names(long node) {
        var list = new String(client().listxattr(node, VALUE_MAX).ok(), UTF_8);
        assertThat(list.isEmpty() || list.endsWith("\0")).isTrue();
        return Stream.of(list.split("\0"))
                .filter(name -> name.startsWith("user."))
                .toList();
    }

    @Test
    default void anAttributeIsKeptAsItIs() {
        var node = file("a", "").nodeId();
        for (var each : List.of("value", "", "other", "with\0nul")) {
            client().setxattr(node, "user.a", value(each), 0).ok();
            assertThat(client().getxattr(node, "user.a", 100).ok()).isEqualTo(value(each));
        }
    }

    @Test
    default void anAttributeThatMustBeNewOrMustBeThereIsToldApart() {
        var node = file("a", "").nodeId();
        client().setxattr(node, "user.a", value("1"), XattrFlags.REPLACE).fails(Errno.ENODATA);
        client().setxattr(node, "user.a", value("2"), XattrFlags.CREATE).ok();
        client().setxattr(node, "user.a", value("3"), XattrFlags.CREATE).fails(Errno.EEXIST);
        assertThat(client().getxattr(node, "user.a", 10).ok()).isEqualTo(value("2"));
        client().setxattr(node, "user.a", value("4"), XattrFlags.REPLACE).ok();
        assertThat(client().getxattr(node, "user.a", 10).ok()).isEqualTo(value("4"));
    }

    @Test
    default void aProbeTellsTheSizeAndTooLittleRoomIsAnError() {
        var node = file("a", "").nodeId();
        client().setxattr(node, "user.a", value("12345"), 0).ok();

        assertThat(client().getxattrSize(node, "user.a").ok()).isEqualTo(5);
        client().getxattr(node, "user.a", 4).fails(Errno.ERANGE);
        assertThat(client().getxattr(node, "user.a", 5).ok()).isEqualTo(value("12345"));

        var size = client().listxattrSize(node).ok();
        assertThat(size).isGreaterThanOrEqualTo("user.a".length() + 1);
        assertThat(client().listxattr(node, size.intValue()).ok()).hasSize(size.intValue());
        client().listxattr(node, size.intValue() - 1).fails(Errno.ERANGE);
    }

    @Test
    default void whatIsNotThereIsNotRead() {
        var node = file("a", "").nodeId();
        client().getxattr(node, "user.a", 10).fails(Errno.ENODATA);
        client().getxattrSize(node, "user.a").fails(Errno.ENODATA);
        client().removexattr(node, "user.a").fails(Errno.ENODATA);
        assertThat(names(node)).isEmpty();
    }

    @Test
    default void namesAreListedUntilTheyAreRemoved() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        for (var node : List.of(directory, file("a", "").nodeId())) {
            client().setxattr(node, "user.a", value("1"), 0).ok();
            client().setxattr(node, "user.b", value("2"), 0).ok();
            assertThat(names(node)).containsExactlyInAnyOrder("user.a", "user.b");
            client().removexattr(node, "user.a").ok();
            assertThat(names(node)).containsExactly("user.b");
        }
    }

    @Test
    default void aValueIsAtMost64KiB() {
        var node = file("a", "").nodeId();
        var large = new byte[VALUE_MAX + 1];
        Arrays.fill(large, (byte) 'x');
        client().setxattr(node, "user.a", large, 0).fails(Errno.E2BIG, Errno.ENOSPC, Errno.ERANGE);
        client().getxattr(node, "user.a", VALUE_MAX).fails(Errno.ENODATA);
    }

    @Test
    default void aForgedNodeHasNoAttributes() {
        client().getxattr(99, "user.a", 10).fails(Errno.ESTALE, Errno.ENOENT);
        client().setxattr(99, "user.a", value("1"), 0).fails(Errno.ESTALE, Errno.ENOENT);
        client().listxattr(99, 10).fails(Errno.ESTALE, Errno.ENOENT);
        client().removexattr(99, "user.a").fails(Errno.ESTALE, Errno.ENOENT);
    }
}
