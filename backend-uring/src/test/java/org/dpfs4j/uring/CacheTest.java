package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.AttrFlags;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenReplyFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a guest may keep, and what reaches this machine's files, by configuration. */
class CacheTest {
    private static final long ROOT = Protocol.ROOT_ID;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static Ground.Site open(CacheConfig cache) {
        return open(Ground.DISK, cache);
    }

    private static Ground.Site open(Ground ground, CacheConfig cache) {
        return ground.open(config -> config.with(cache));
    }

    /** The flags of this process's open files, without O_PATH ones, that lead to {@code path}. */
    private static List<Integer> flagsOf(Path path) throws IOException {
        try (var all = Files.list(DESCRIPTORS)) {
            return all.filter(each -> leadsTo(each, path))
                    .map(CacheTest::flags)
                    .filter(flags -> (flags & OpenFlags.PATH) == 0)
                    .toList();
        }
    }

    private static boolean leadsTo(Path descriptor, Path path) {
        try {
            return Files.readSymbolicLink(descriptor).equals(path);
        } catch (IOException e) {
            return false;
        }
    }

    private static int flags(Path descriptor) {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName())).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .map(line ->
                            Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void openFilesFollowThePolicy(CachePolicy policy) throws Exception {
        var direct = OpenReplyFlags.DIRECT_IO | OpenReplyFlags.PARALLEL_DIRECT_WRITES;
        var listing = OpenReplyFlags.KEEP_CACHE | OpenReplyFlags.CACHE_DIR;
        var file = switch (policy) {
            case AUTO -> 0;
            case ALWAYS -> OpenReplyFlags.KEEP_CACHE;
            case NEVER, METADATA -> direct;
        };
        var directory = policy == CachePolicy.ALWAYS || policy == CachePolicy.METADATA ? listing : 0;
        try (var site = open(CacheConfig.of(policy))) {
            var made = site.client.create(ROOT, "a", 0644).ok();
            assertThat(made.opened().flags()).isEqualTo(file);
            assertThat(site.client.open(made.nodeId(), OpenFlags.RDONLY).ok().flags())
                    .isEqualTo(file);
            assertThat(site.client.tmpfile(ROOT, 0600).ok().opened().flags()).isEqualTo(file);
            assertThat(site.client.opendir(ROOT).ok().flags()).isEqualTo(directory);
            var timeout = policy.timeouts().entry().toNanos();
            assertThat(site.client.lookup(ROOT, "a").ok().entryTimeoutNanos()).isEqualTo(timeout);
            assertThat(site.client.lookup(ROOT, "a").ok().attrTimeoutNanos()).isEqualTo(timeout);
            site.client.lookup(ROOT, "missing").fails(Errno.ENOENT);
        }
    }

    @Test
    void directFilesAreTheGuestsOwnMatterUnlessTheyAreAllowed() throws Exception {
        for (var allowed : new boolean[] {false, true}) {
            var cache = allowed ? CacheConfig.DEFAULT.with(CacheOption.ALLOW_DIRECT_IO) : CacheConfig.DEFAULT;
            try (var site = open(cache)) {
                site.client
                        .create(ROOT, "a", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.DIRECT)
                        .ok();
                var flags = flagsOf(site.path("a"));
                assertThat(flags).hasSize(1);
                assertThat((flags.getFirst() & OpenFlags.DIRECT) != 0).isEqualTo(allowed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotAlignedReachesADirectFileToo(Ground ground) throws Exception {
        try (var site = open(ground, CacheConfig.DEFAULT.with(CacheOption.ALLOW_DIRECT_IO))) {
            var client = site.client;
            var file = client.create(ROOT, "a", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.DIRECT)
                    .ok();
            var large = new byte[10_000];
            for (int i = 0; i < large.length; i++) {
                large[i] = (byte) i;
            }
            assertThat(client.write(file.opened(), 0, large).ok()).isEqualTo(large.length);
            assertThat(client.write(file.opened(), 3, "abc".getBytes(UTF_8)).ok())
                    .isEqualTo(3);
            System.arraycopy("abc".getBytes(UTF_8), 0, large, 3, 3);
            assertThat(Files.readAllBytes(site.path("a"))).isEqualTo(large);
            assertThat(client.read(file.opened(), 0, 20_000).ok()).isEqualTo(large);
            assertThat(client.read(file.opened(), 3, 3).ok()).asString(UTF_8).isEqualTo("abc");
            assertThat(client.read(file.opened(), 9_999, 100).ok()).hasSize(1);
            assertThat(client.read(file.opened(), 10_000, 100).ok()).isEmpty();
            var readOnly = client.open(file.nodeId(), OpenFlags.RDONLY | OpenFlags.DIRECT)
                    .ok();
            client.write(readOnly, 0, new byte[5]).fails(Errno.EBADF);
            assertThat(client.read(readOnly, 3, 3).ok()).asString(UTF_8).isEqualTo("abc");
        }
    }

    @Test
    void accessTimesAreTouchedUnlessThatIsPreserved() throws Exception {
        for (var preserved : new boolean[] {false, true}) {
            var cache = preserved ? CacheConfig.DEFAULT.with(CacheOption.PRESERVE_NOATIME) : CacheConfig.DEFAULT;
            try (var site = open(cache)) {
                site.client
                        .create(ROOT, "a", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NOATIME)
                        .ok();
                var flags = flagsOf(site.path("a"));
                assertThat((flags.getFirst() & OpenFlags.NOATIME) != 0).isEqualTo(preserved);
            }
        }
    }

    @Test
    void aGuestThatWritesBackReadsThroughEveryHandleAndKnowsTheEnd() throws Exception {
        for (var writeback : new boolean[] {false, true}) {
            var cache = writeback ? CacheConfig.DEFAULT.with(CacheOption.WRITEBACK) : CacheConfig.DEFAULT;
            try (var site = open(cache)) {
                Files.writeString(site.path("a"), "0123456789");
                var node = site.client.lookup(ROOT, "a").ok().nodeId();
                var file = site.client
                        .open(node, OpenFlags.WRONLY | OpenFlags.APPEND)
                        .ok();
                var read = site.client.read(file, 0, 3);
                if (writeback) {
                    assertThat(read.ok()).asString(UTF_8).isEqualTo("012");
                } else {
                    read.fails(Errno.EBADF);
                }
                assertThat(site.client
                                .startAppend(file, "x".getBytes(UTF_8))
                                .await()
                                .ok())
                        .isEqualTo(1);
                assertThat(Files.readString(site.path("a"))).isEqualTo(writeback ? "x123456789" : "0123456789x");
            }
        }
    }

    @Test
    void aMountBelowTheRootIsAMountForTheGuest() throws Exception {
        var device = Files.getAttribute(Path.of("/dev"), "unix:dev");
        assumeTrue(!device.equals(Files.getAttribute(Path.of("/dev/shm"), "unix:dev")), "/dev/shm is no mount here");
        for (var announced : new boolean[] {true, false}) {
            var cache = announced ? CacheConfig.DEFAULT : CacheConfig.DEFAULT.without(CacheOption.ANNOUNCE_SUBMOUNTS);
            try (var lanes = new Lanes(1, IoMode.AUTO);
                    var backend =
                            new UringBackend(UringConfig.of(Path.of("/dev")).with(cache))) {
                backend.start(lanes).toCompletableFuture().join();
                var tenant = new Tenant("t", ClientArch.own(), -1L);
                try (var share = backend.open(tenant).toCompletableFuture().join();
                        var client = new Client(lanes.lane(0), share, share.features())) {
                    var expected = announced ? AttrFlags.SUBMOUNT : 0;
                    assertThat(client.lookup(ROOT, "shm").ok().attributes().flags())
                            .isEqualTo(expected);
                    assertThat(client.lookup(ROOT, "null").ok().attributes().flags())
                            .isZero();
                    var listing = client.opendir(ROOT).ok();
                    var listed = client.readdirplus(listing, 0, 1 << 16).ok();
                    assertThat(listed)
                            .filteredOn(each -> each.name().equals("shm"))
                            .allSatisfy(
                                    each -> assertThat(each.entry().attributes().flags())
                                            .isEqualTo(expected));
                    client.releasedir(listing).ok();
                }
            }
        }
    }

    @Test
    void aModeThatAWriteMayChangeIsNotToBeRemembered() throws Exception {
        for (var killed : new boolean[] {true, false}) {
            try (var site = Ground.MEMORY.open(Ground.Settings.access(Map.of("killpriv-v2", killed)))) {
                var usual = site.client.create(ROOT, "a", 0755).ok().entry();
                assertThat(usual.attrTimeoutNanos()).isPositive();
                for (var bits : List.of(04755, 02755, 02644)) {
                    var name = Integer.toOctalString(bits);
                    var made = site.client.create(ROOT, name, bits).ok();
                    assertThat(made.entry().attributes().mode() & 07777).isEqualTo(bits);
                    var expected = killed ? 0 : usual.attrTimeoutNanos();
                    assertThat(made.entry().attrTimeoutNanos()).isEqualTo(expected);
                    assertThat(site.client.lookup(ROOT, name).ok().attrTimeoutNanos())
                            .isEqualTo(expected);
                }
                var folder = site.client.mkdir(ROOT, "d", 02755).ok();
                assertThat(folder.attrTimeoutNanos()).isEqualTo(usual.attrTimeoutNanos());
            }
        }
    }

    @Test
    void timesMayBeGiven() throws Exception {
        var times = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4));
        try (var site = open(CacheConfig.of(CachePolicy.ALWAYS).with(times))) {
            var made = site.client.create(ROOT, "a", 0644).ok().entry();
            assertThat(made.attrTimeoutNanos()).isEqualTo(2_000_000_000L);
            assertThat(made.entryTimeoutNanos()).isEqualTo(3_000_000_000L);
            assertThat(site.client.lookup(ROOT, "b").ok().entryTimeoutNanos()).isEqualTo(4_000_000_000L);
        }
    }
}
