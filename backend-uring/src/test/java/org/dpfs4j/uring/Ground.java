package org.dpfs4j.uring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Protocol;

/** What rules are tried on: io_uring and its fallback, a file system with a disk behind it and one without. */
enum Ground {
    DISK(IoMode.IO_URING, "/var/tmp", Volume::new),
    MEMORY(IoMode.IO_URING, "/dev/shm", Volume::new),
    DISK_WITHOUT_IO_URING(IoMode.EPOLL, "/var/tmp", Volume::new),
    MEMORY_WITHOUT_IO_URING(IoMode.EPOLL, "/dev/shm", Volume::new),
    /** Thought to be another machine's: nothing waits on a lane. */
    REMOTE(IoMode.IO_URING, "/dev/shm", Ground::remote),
    REMOTE_WITHOUT_IO_URING(IoMode.EPOLL, "/dev/shm", Ground::remote);

    private static final int LANES = 2;
    private static final long DESCRIPTORS = 16_384;
    private static final long NFS = 0x6969;

    private final IoMode mode;
    private final Path place;
    private final Volumes.Kind volumes;

    Ground(IoMode mode, String place, Volumes.Kind volumes) {
        this.mode = mode;
        this.place = Path.of(place);
        this.volumes = volumes;
    }

    /** Whether the files are thought to be another machine's. */
    boolean isRemote() {
        return this == REMOTE || this == REMOTE_WITHOUT_IO_URING;
    }

    private static Volume remote(long type) {
        return new Volume(NFS);
    }

    /** What lanes run on here. */
    IoMode mode() {
        return mode;
    }

    /** A new empty folder here. */
    Path folder() throws IOException {
        return Files.createTempDirectory(place, "uring");
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** A backend on a folder here. */
    UringBackend backend(Path root, Settings settings) {
        return new UringBackend(
                settings.of(UringConfig.of(root)), new Volumes(volumes), new DescriptorBudget(DESCRIPTORS));
    }

    /** An empty tree, and two lanes with a client of one share on each. */
    Site open() {
        return open(Settings.DEFAULT);
    }

    /** As {@link #open()}, with other settings. */
    Site open(Settings settings) {
        return new Site(this, settings);
    }

    /** Changes the settings of a tree. */
    @FunctionalInterface
    interface Settings {
        Settings DEFAULT = config -> config;

        UringConfig of(UringConfig config);

        /** With these keys of {@link AccessConfig}. */
        static Settings access(Map<String, Object> keys) {
            var problems = new ArrayList<Problem>();
            var access = AccessConfig.read(new Section("", keys, key -> 0, problems));
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(problems.toString());
            }
            return config -> config.with(access);
        }
    }

    /** A tree that is served, with a guest on each lane. */
    static final class Site implements AutoCloseable {
        final Path root;
        final Lanes lanes;
        final UringBackend backend;
        final Share share;
        final Client client;
        final Client other;

        private Site(Ground ground, Settings settings) {
            try {
                root = ground.folder();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            lanes = new Lanes(LANES, ground.mode);
            backend = ground.backend(root, settings);
            backend.start(lanes).toCompletableFuture().join();
            share = backend.open(new Tenant("test", ClientArch.own(), -1L))
                    .toCompletableFuture()
                    .join();
            client = new Client(lanes.lane(0), share, share.features());
            other = new Client(lanes.lane(1), share, share.features());
        }

        /** The file system that the root lies on. */
        Volume volume() {
            var node = ((UringShare) share).nodes().hold(Protocol.ROOT_ID);
            node.fd().release();
            return node.volume();
        }

        /** The path of a name in the tree, as the host sees it. */
        Path path(String name) {
            return root.resolve(name);
        }

        @Override
        public void close() throws IOException {
            client.close();
            other.close();
            share.close();
            backend.close();
            lanes.close();
            delete(root);
            if (!client.violations().isEmpty() || !other.violations().isEmpty()) {
                throw new AssertionError(client.violations() + " " + other.violations());
            }
        }
    }
}
