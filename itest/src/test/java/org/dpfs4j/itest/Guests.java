package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.dpfs4j.guest.Guest;
import org.dpfs4j.guest.GuestCache;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.GuestOptions;
import org.dpfs4j.guest.GuestResult;
import org.dpfs4j.guest.GuestTally;
import org.dpfs4j.guest.GuestUnavailable;
import org.dpfs4j.guest.Kernel;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Kernels;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.UmlGuest;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Assumptions;

/** Boots guests for tests and counts them; a guest that cannot run here aborts its test with the reason. */
final class Guests {
    static final String TAG = "itest";
    static final GuestCache CACHE = GuestCache.ofUser();
    static final GuestTally TALLY = new GuestTally();
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private Guests() {}

    static Kernel kernel(KernelSource source, String... moreModules) {
        try {
            return new Kernels(CACHE).find(source, moreModules);
        } catch (GuestUnavailable e) {
            throw skip(source.name(), e);
        }
    }

    static GuestOptions options(KernelSource source, List<Workload> workloads) {
        return GuestOptions.of(kernel(source), TAG, workloads).withMemory(1024);
    }

    static QemuGuest boot(GuestOptions options, Path socket, GuestListener listener) {
        try {
            return QemuGuest.start(CACHE, options, socket, listener);
        } catch (GuestUnavailable e) {
            throw skip(options.describe(), e);
        }
    }

    static UmlGuest bootUserMode(GuestOptions options, Path socket) {
        return bootUserMode(options, socket, GuestListener.NONE);
    }

    static UmlGuest bootUserMode(GuestOptions options, Path socket, GuestListener listener) {
        try {
            return UmlGuest.start(CACHE, options, socket, listener);
        } catch (GuestUnavailable e) {
            throw skip(options.describe(), e);
        }
    }

    /** A guest works on what is behind a share, which is {@code tree} on the host: everything passes, and all is there. */
    static void work(GuestMatrix wanted, ShareServer server, SharedTree tree) throws Exception {
        var options = wanted.options(kernel(wanted.kernel()), TAG, Workload.all());
        try (server) {
            var result = run(options, server);
            if (result.brokenByEmulator()) {
                System.out.println(">> guest broken by its emulator, and booted again: " + options.describe());
                result = run(options, server);
            }
            judge(options.describe(), result, failure -> false);
            tree.verify();
            assertThat(server.stop()).as("status after SIGTERM").isZero();
        }
    }

    private static GuestResult run(GuestOptions options, ShareServer server) throws IOException, InterruptedException {
        try (var guest = boot(options, server.socket(), GuestListener.NONE)) {
            return guest.await(LIMIT);
        }
    }

    /** The same in User-mode Linux. */
    static void workInUserMode(Path home, Backing backing, SharedTree tree) throws Exception {
        var options = options(KernelSource.USER_MODE, Workload.all());
        try (var server = ShareServer.ours(home, backing, TAG, 1);
                var guest = bootUserMode(options, server.socket())) {
            passes(options.describe(), guest);
            tree.verify();
            assertThat(server.stop()).as("status after SIGTERM").isZero();
        }
    }

    /** Waits for the guest's end; it must have mounted, run every workload, and nothing may have failed. */
    static void passes(String name, Guest guest) throws InterruptedException {
        passes(name, guest, failure -> false);
    }

    /** As above, without the failures that {@code known} accepts: declared gaps of another server. */
    static void passes(String name, Guest guest, Predicate<String> known) throws InterruptedException {
        judge(name, guest.await(LIMIT), known);
    }

    private static void judge(String name, GuestResult result, Predicate<String> known) {
        boolean ok = result.complete()
                && result.workloads().stream()
                        .flatMap(outcome -> outcome.failures().stream())
                        .allMatch(known);
        TALLY.ran(result.ok() || !ok ? name : name + " (with its known gaps)", ok);
        System.out.println((ok ? ">> guest passed: " : ">> GUEST FAILED: ") + name);
        assertThat(ok).as("%s: %s", name, result.describe()).isTrue();
    }

    private static RuntimeException skip(String guest, GuestUnavailable reason) {
        TALLY.skipped(guest, reason.getMessage());
        System.out.println(">> GUEST SKIPPED: " + guest + ": " + reason.getMessage());
        return Assumptions.abort("no guest " + guest + ": " + reason.getMessage());
    }
}
