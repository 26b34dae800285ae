package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.AttrFlags;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes on this machine is told to guests for a short time only. */
class HostWatchTest {
    private static final long ROOT = Protocol.ROOT_ID;
    private static final long DAY = Duration.ofDays(1).toNanos();
    private static final Duration MAX = Duration.ofMillis(100);
    private static final CacheConfig WATCHED = new CacheConfig(
            CachePolicy.ALWAYS,
            new Timeouts(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1)),
            MAX,
            CacheConfig.DEFAULT.with(CacheOption.WATCH).options());

    @TempDir
    Path folder;

    private final Syscalls syscalls = new Syscalls();
    private final FileCalls calls = new FileCalls(syscalls);

    /** How the machine tells. */
    enum Kind {
        FANOTIFY,
        INOTIFY;

        Notices open(Syscalls syscalls, int root) {
            return switch (this) {
                case FANOTIFY -> Fanotify.open(new FileCalls(syscalls), root);
                case INOTIFY -> Inotify.open(syscalls, HostWatch.quietNanos(MAX));
            };
        }
    }

    private boolean isQuiet(HostWatch watch, int directory) {
        assertThat(calls.attributes(directory)).isZero();
        var statx = calls.statx();
        return watch.isQuiet(calls, directory, FileKey.device(statx), statx.ino());
    }

    private static boolean changedLately(HostWatch watch, Path file) {
        try {
            var device = (Long) Files.getAttribute(file, "unix:dev");
            var major = device >> 8 & 0xfff;
            var minor = (device & 0xff) | (device >> 12 & ~0xffL);
            return watch.changedLately(major << 32 | minor, (Long) Files.getAttribute(file, "unix:ino"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfChangeIsHeardOf(Kind kind) throws Exception {
        var file = Files.writeString(folder.resolve("a"), "old");
        var calm = Files.writeString(folder.resolve("calm"), "old");
        var root = calls.openRoot(folder.toString());
        var notices = kind.open(syscalls, root);
        assumeTrue(notices != null, () -> kind + " needs more rights");
        try (var watch = HostWatch.on(notices, syscalls, MAX, "test")) {
            await().until(() -> isQuiet(watch, root));
            assertThat(changedLately(watch, file)).isFalse();

            Files.writeString(file, "new");
            await().until(() -> changedLately(watch, file));
            Files.createFile(folder.resolve("b"));
            await().until(() -> !isQuiet(watch, root));
            await().until(() -> changedLately(watch, folder.resolve("b")));
            Files.move(folder.resolve("b"), file, StandardCopyOption.REPLACE_EXISTING);
            Files.delete(file);
            assertThat(changedLately(watch, calm)).isFalse();

            await().until(() -> isQuiet(watch, root));
            Files.setLastModifiedTime(calm, FileTime.fromMillis(0));
            await().until(() -> changedLately(watch, calm));
        }
        calls.close(root);
    }

    @Test
    void whatIsQuietIsToldForLongAndWhatChangesForShort() throws Exception {
        try (var site = Ground.DISK.open(config -> config.with(WATCHED))) {
            Files.writeString(site.path("a"), "old");
            await().untilAsserted(() -> {
                var entry = site.client.lookup(ROOT, "a").ok();
                assertThat(entry.entryTimeoutNanos()).isEqualTo(DAY);
                assertThat(entry.attrTimeoutNanos()).isEqualTo(DAY);
                assertThat(site.client.lookup(ROOT, "b").ok().entryTimeoutNanos())
                        .isEqualTo(DAY);
            });

            Files.writeString(site.path("a"), "new");
            await().untilAsserted(() -> {
                var entry = site.client.lookup(ROOT, "a").ok();
                assertThat(entry.entryTimeoutNanos()).isEqualTo(MAX.toNanos());
                assertThat(entry.attrTimeoutNanos()).isEqualTo(MAX.toNanos());
            });
            Files.createFile(site.path("c"));
            await().untilAsserted(
                            () -> assertThat(site.client.lookup(ROOT, "b").ok().entryTimeoutNanos())
                                    .isEqualTo(MAX.toNanos()));
        }
    }

    @Test
    void whatIsNotWatchedIsToldForShort() throws Exception {
        var root = calls.openRoot(folder.toString());
        Files.createFile(folder.resolve("a"));
        try (var watch = HostWatch.on(null, syscalls, MAX, "test")) {
            assertThat(isQuiet(watch, root)).isFalse();
            var freshness = new Freshness(WATCHED, true, watch);
            assertThat(freshness.trusts(calls, root)).isFalse();
            assertThat(freshness.negativeNanos(false)).isEqualTo(MAX.toNanos());
        }
        calls.close(root);
    }

    private EntryOut entryOf(Freshness freshness, int directory, String name, long mount) {
        var file = calls.openName(directory, syscalls.path(name), false);
        assertThat(calls.attributes(file)).isZero();
        calls.close(file);
        var entry = new EntryOut(MemorySegment.ofArray(new long[EntryOut.BYTES / Long.BYTES]), 0);
        freshness.entry(calls.statx(), entry);
        assertThat(entry.attrTimeoutNanos()).isEqualTo(MAX.toNanos());
        freshness.below(mount == 0 ? FileKey.mount(calls.statx()) : mount, true, calls.statx(), entry);
        return entry;
    }

    @Test
    void whatADirectoryTellsOfIsTrustedByItsNames() throws Exception {
        Files.createFile(folder.resolve("a"));
        Files.createDirectory(folder.resolve("d"));
        var root = calls.openRoot(folder.toString());
        var notices = Kind.INOTIFY.open(syscalls, root);
        try (var watch = HostWatch.on(notices, syscalls, MAX, "test")) {
            var freshness = new Freshness(WATCHED, true, watch);
            await().until(() -> freshness.trusts(calls, root));

            var file = entryOf(freshness, root, "a", 0);
            assertThat(file.entryTimeoutNanos()).isEqualTo(DAY);
            assertThat(file.attrTimeoutNanos()).isEqualTo(DAY);
            var directory = entryOf(freshness, root, "d", 0);
            assertThat(directory.entryTimeoutNanos()).isEqualTo(DAY);
            assertThat(directory.attrTimeoutNanos()).isEqualTo(MAX.toNanos());
            var mount = entryOf(freshness, root, "d", 4711);
            assertThat(mount.entryTimeoutNanos()).isEqualTo(MAX.toNanos());
            assertThat(mount.attr().flags()).isEqualTo(AttrFlags.SUBMOUNT);
        }
        calls.close(root);
    }

    @Test
    void aChangeIsForgottenAfterAWhileAndNoneIsMissed() {
        var recent = new Recent(Duration.ofHours(1).toNanos());
        for (long ino = 1; ino < 10_000; ino++) {
            recent.add(Recent.number(ino % 7, ino));
        }
        for (long ino = 1; ino < 10_000; ino++) {
            assertThat(recent.has(Recent.number(ino % 7, ino))).isTrue();
        }
        var others = 0;
        for (long ino = 1_000_000; ino < 1_010_000; ino++) {
            others += recent.has(Recent.number(3, ino)) ? 1 : 0;
        }
        assertThat(others).isLessThan(3_000);
        recent.addAll();
        assertThat(recent.has(Recent.number(3, 1_000_000))).isTrue();
        assertThat(new Recent(0).has(1)).isFalse();
    }
}
