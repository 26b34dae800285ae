package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real Linux guests on our server. */
class GuestIT {
    @TempDir
    Path home;

    static Stream<GuestMatrix> matrix() {
        return (Boolean.getBoolean("dpfs4j.all") ? GuestMatrix.all() : GuestMatrix.pairwise()).stream();
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void guestWorksOnTheShare(GuestMatrix wanted) throws Exception {
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        Guests.work(home, wanted, Backing.local(tree.root()), tree);
    }

    @Test
    void userModeGuestWorksOnTheShare() throws Exception {
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        Guests.workInUserMode(home, Backing.local(tree.root()), tree);
    }

    @Test
    void guestRebootsWhileTheServerStays() throws Exception {
        var options =
                Guests.options(KernelSource.DEBIAN_13, List.of(Workload.REBOOT)).withReboots();
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = ShareServer.ours(home, tree.root(), Guests.TAG);
                var guest = Guests.boot(options, server.socket(), GuestListener.NONE)) {
            Guests.passes("reboot: " + options.describe(), guest);
        }
    }

    @Test
    void serverRestartsBetweenTwoMountsOfOneGuest() throws Exception {
        var options = Guests.options(KernelSource.DEBIAN_13, List.of(Workload.REPLUG));
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = ShareServer.ours(home, tree.root(), Guests.TAG)) {
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
        try (var server = ShareServer.ours(home, tree.root(), Guests.TAG)) {
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
