package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real Linux guests do with a server of ours, whichever way its device comes to them; a class for each way says {@code matrix()}, too. */
abstract class GuestRules {
    @TempDir
    Path home;

    /** A server of {@code share} as device {@link Guests#TAG}, behind {@link ShareServer#socket()}. */
    abstract ShareServer serve(Path share, int requestQueues) throws IOException, InterruptedException;

    @ParameterizedTest
    @MethodSource("matrix")
    void guestWorksOnTheShare(GuestMatrix wanted) throws Exception {
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        Guests.work(wanted, serve(tree.root(), wanted.requestQueues()), tree);
    }

    @Test
    void guestRebootsWhileTheServerStays() throws Exception {
        var options =
                Guests.options(KernelSource.DEBIAN_13, List.of(Workload.REBOOT)).withReboots();
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = serve(tree.root(), 1);
                var guest = Guests.boot(options, server.socket(), GuestListener.NONE)) {
            Guests.passes("reboot: " + options.describe(), guest);
        }
    }

    @Test
    void serverRestartsBetweenTwoMountsOfOneGuest() throws Exception {
        var options = Guests.options(KernelSource.DEBIAN_13, List.of(Workload.REPLUG));
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = serve(tree.root(), 1)) {
            var requests = new Requests("replug");
            try (var guest = Guests.boot(options, server.socket(), requests)) {
                requests.await();
                guest.replug(server.socket(), server::restart);
                Guests.passes("server restart: " + options.describe(), guest);
            }
        }
    }

    @Test
    void killedGuestLeavesTheServerForTheNext() throws Exception {
        Workload writer = Workload.of("writer", """
                echo "@@HOST writing"
                while :; do head -c 8000000 /dev/zero | tee w1 w2 w3 >/dev/null; done
                """);
        var first = Guests.options(KernelSource.DEBIAN_13, List.of(writer));
        var second = Guests.options(KernelSource.DEBIAN_13, List.of(Workload.BASICS));
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = serve(tree.root(), 1)) {
            var requests = new Requests("writing");
            try (QemuGuest killed = Guests.boot(first, server.socket(), requests)) {
                requests.await();
                Thread.sleep(Duration.ofMillis(500));
                killed.kill();
            }
            try (QemuGuest next = Guests.boot(second, server.socket(), GuestListener.NONE)) {
                Guests.passes("after a killed guest: " + second.describe(), next);
            }
            assertThat(server.isRunning()).isTrue();
        }
    }
}
