package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.guest.Guest;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.GuestUnavailable;
import org.dpfs4j.guest.HostGuest;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.LinuxSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything heavy for a while, with no error, and what the server holds for an idle guest is afterwards what it was before. Under
 * --all: ten minutes, or {@code dpfs4j.soak.seconds}; and the source that is unpacked is that of Linux.
 */
@EnabledIf(value = "isWanted", disabledReason = "only with --all, or with -Ddpfs4j.soak.seconds")
class SoakIT {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final int SECONDS = Integer.getInteger("dpfs4j.soak.seconds", ALL ? 600 : 0);

    /** What a Java machine that has warmed up still takes for itself: compiled code, classes, its malloc. */
    private static final long GROWTH_MAX_KIB = 64 * 1024;

    @TempDir
    Path home;

    static boolean isWanted() {
        return SECONDS > 0;
    }

    @Test
    void aGuestMayWorkForLong() throws Exception {
        var options = Guests.options(KernelSource.DEBIAN_13, List.of(Workload.SOAK))
                .withCpus(2)
                .withMemory(2048)
                .withVariables(Map.of("SOAK_SECONDS", Integer.toString(SECONDS)));
        var share = share();
        var port = freePort();
        try (var server = ShareServer.steady(
                home, share, Guests.TAG, "--xattr", "--posix-acl=always", "--metrics=127.0.0.1:" + port)) {
            soak(
                    "in " + options.describe(),
                    share,
                    new Idle(server.pid(), port),
                    listener -> Guests.boot(options, server.socket(), listener));
            assertThat(server.stop()).as("status after SIGTERM").isZero();
        }
    }

    @Test
    void aMountMayBeUsedForLong() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "/dev/fuse is not there, or not for this user");
        var share = share();
        var port = freePort();
        try (var server =
                MountServer.start(home, share, "--xattr", "--posix-acl=always", "--metrics=127.0.0.1:" + port)) {
            soak(
                    "on /dev/fuse",
                    share,
                    new Idle(server.pid(), port),
                    listener -> onThisMachine(server.mount(), listener));
            assertThat(server.stop()).as("status after SIGTERM").isZero();
        }
    }

    /** Starts whoever works. */
    @FunctionalInterface
    private interface Start {
        Guest with(GuestListener listener);
    }

    private static Guest onThisMachine(Path mount, GuestListener listener) {
        try {
            return HostGuest.start(
                    Guests.CACHE,
                    mount,
                    List.of(Workload.SOAK),
                    Map.of("SOAK_SECONDS", Integer.toString(SECONDS)),
                    listener);
        } catch (GuestUnavailable e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    private static void soak(String where, Path share, Idle idle, Start start) throws Exception {
        var before = new Requests("idle-before");
        var after = new Requests("idle-after");
        GuestListener both = new GuestListener() {
            @Override
            public void line(String line) {}

            @Override
            public void request(String asking) {
                before.request(asking);
                after.request(asking);
            }
        };
        try (var guest = start.with(both)) {
            before.await(guest);
            var held = idle.held(null);
            var kib = idle.residentKib();
            Files.createFile(share.resolve("idle-before"));
            after.await(guest);
            assertThat(idle.held(held)).as("what the server holds").isEqualTo(held);
            var grown = idle.residentKib() - kib;
            System.out.printf(
                    ">> soak %s: %d s, %d KiB of memory, %d KiB more at the end%n", where, SECONDS, kib, grown);
            assertThat(grown).as("KiB that the server has grown by").isLessThan(GROWTH_MAX_KIB);
            Files.createFile(share.resolve("idle-after"));
            Guests.passes("soak " + where, guest);
            assertThat(run(
                            "tar",
                            "--compare",
                            "--file",
                            share.resolve("source.tar").toString(),
                            "--directory",
                            share.resolve("source").toString()))
                    .as("what tar says of the unpacked source")
                    .isEmpty();
        }
    }

    private Path share() throws Exception {
        var share = SharedTree.fill(home.resolve("share")).root();
        var archive = share.resolve("source.tar").toString();
        if (ALL) {
            run("sh", "-c", "exec xz -dc \"$0\" >\"$1\"", linux().toString(), archive);
        } else {
            run(
                    "tar",
                    "--create",
                    "--file",
                    archive,
                    "--directory",
                    share.resolve("tree").toString(),
                    ".");
        }
        return share;
    }

    private static Path linux() {
        try {
            return LinuxSource.archive(Guests.CACHE);
        } catch (GuestUnavailable e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    private static String run(String... words) throws IOException, InterruptedException {
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        return said + (process.exitValue() == 0 ? "" : "status " + process.exitValue());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
