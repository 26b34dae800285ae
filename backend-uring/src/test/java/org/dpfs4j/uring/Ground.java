package org.dpfs4j.uring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.LongFunction;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.ClientArch;

/** What rules are tried on: io_uring and its fallback, a file system with a disk behind it and one without. */
enum Ground {
    DISK(IoMode.IO_URING, "/var/tmp"),
    MEMORY(IoMode.IO_URING, "/dev/shm"),
    DISK_WITHOUT_IO_URING(IoMode.EPOLL, "/var/tmp"),
    MEMORY_WITHOUT_IO_URING(IoMode.EPOLL, "/dev/shm"),
    /** Thought to be another machine's: nothing waits on a lane. */
    REMOTE(IoMode.IO_URING, "/dev/shm"),
    REMOTE_WITHOUT_IO_URING(IoMode.EPOLL, "/dev/shm");

    private static final int LANES = 2;
    private static final long DESCRIPTORS = 8000;
    private static final long NFS = 0x6969;

    private final IoMode mode;
    private final Path place;

    Ground(IoMode mode, String place) {
        this.mode = mode;
        this.place = Path.of(place);
    }

    /** An empty tree, and two lanes with a client of one share on each. */
    Site open() {
        return open(UnarySettings.DEFAULT);
    }

    /** As {@link #open()}, with other settings. */
    Site open(UnarySettings settings) {
        return new Site(
                mode, place, name().startsWith(REMOTE.name()) ? type -> new Volume(NFS) : Volume::new, settings);
    }

    /** Changes the settings of a tree. */
    @FunctionalInterface
    interface UnarySettings {
        UnarySettings DEFAULT = config -> config;

        UringConfig apply(UringConfig config);
    }

    /** A tree that is served, with a guest on each lane. */
    static final class Site implements AutoCloseable {
        final Path root;
        final Lanes lanes;
        final UringBackend backend;
        final Share share;
        final Client client;
        final Client other;

        private Site(IoMode mode, Path place, LongFunction<Volume> volumes, UnarySettings settings) {
            try {
                root = Files.createTempDirectory(place, "uring");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            lanes = new Lanes(LANES, mode);
            backend = new UringBackend(settings.apply(UringConfig.of(root).within(DESCRIPTORS)), new Volumes(volumes));
            backend.start(lanes).toCompletableFuture().join();
            share = backend.open(new Tenant("test", ClientArch.own(), -1L))
                    .toCompletableFuture()
                    .join();
            client = new Client(lanes.lane(0), share, share.features());
            other = new Client(lanes.lane(1), share, share.features());
        }

        /** The path of a name in the tree, as the host sees it. */
        Path path(String name) {
            return root.resolve(name);
        }

        @Override
        public void close() throws IOException {
            if (!client.violations().isEmpty() || !other.violations().isEmpty()) {
                throw new AssertionError(client.violations() + " " + other.violations());
            }
            client.close();
            other.close();
            share.close();
            backend.close();
            lanes.close();
            try (var all = Files.walk(root)) {
                for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
