package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory beside the tree that is served, and the kernel's word for it that nobody opens, lists, reads or changes it. */
final class Canary implements AutoCloseable {
    static final String SECRET = "outside the tree";

    private static final int IN_NONBLOCK = 04000;
    private static final int IN_ALL_EVENTS = 0xfff;
    private static final int EVENT_BYTES = 16;
    private static final int BUFFER_BYTES = 4096;

    private static final MethodHandle INOTIFY_INIT = call("inotify_init1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle ADD_WATCH =
            call("inotify_add_watch", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    final Path folder;
    private final Arena arena = Arena.ofConfined();
    private final List<Long> inodes = new ArrayList<>();
    private final int watch;

    /** A directory beside {@code tree} with a file and a directory in it. */
    Canary(Path tree) throws IOException {
        folder = Files.createTempDirectory(tree.getParent(), "canary");
        Files.writeString(folder.resolve("secret"), SECRET);
        Files.createDirectory(folder.resolve("inner"));
        for (var path : List.of(folder, folder.resolve("secret"), folder.resolve("inner"))) {
            inodes.add((Long) Files.getAttribute(path, "unix:ino"));
        }
        inodes.add((Long) Files.getAttribute(tree.getParent(), "unix:ino"));
        watch = (int) invoke(INOTIFY_INIT, IN_NONBLOCK);
        for (var path : List.of(folder, folder.resolve("secret"), folder.resolve("inner"))) {
            assertThat((int) invoke(ADD_WATCH, watch, arena.allocateFrom(path.toString()), IN_ALL_EVENTS))
                    .isNotNegative();
        }
    }

    private static MethodHandle call(String name, FunctionDescriptor shape) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
    }

    private static Object invoke(MethodHandle call, Object... arguments) {
        try {
            return call.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What has happened to it, as inotify's masks. */
    private List<Integer> events() {
        var buffer = arena.allocate(BUFFER_BYTES, ValueLayout.JAVA_LONG.byteAlignment());
        var masks = new ArrayList<Integer>();
        for (var got = read(buffer); got > 0; got = read(buffer)) {
            for (long at = 0; at < got; at += EVENT_BYTES + buffer.get(JAVA_INT_UNALIGNED, at + 12)) {
                masks.add(buffer.get(JAVA_INT_UNALIGNED, at + 4));
            }
        }
        return masks;
    }

    private long read(MemorySegment buffer) {
        return (long) invoke(READ, watch, buffer.fill((byte) 0), (long) BUFFER_BYTES);
    }

    /** Whether an inode number that a guest was told is of something here, or of what both are in. */
    boolean has(long ino) {
        return inodes.contains(ino);
    }

    /** Proves that it would have noticed: looks at it the way nobody may. */
    private void seesWhoLooks() throws IOException {
        Files.readString(folder.resolve("secret"));
        assertThat(events()).isNotEmpty();
    }

    void isUntouched() throws IOException {
        assertThat(events()).as("inotify events of the canary").isEmpty();
        seesWhoLooks();
        assertThat(folder.resolve("secret")).hasContent(SECRET);
        try (var entries = Files.list(folder)) {
            assertThat(entries.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("inner", "secret");
        }
        assertThat(folder.resolve("inner")).isEmptyDirectory();
    }

    @Override
    public void close() throws IOException {
        invoke(CLOSE, watch);
        arena.close();
        Ground.delete(folder);
    }
}
