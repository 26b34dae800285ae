package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several devices, each of several mounts, in one server process; guests of User-mode Linux work on them at once. */
class DevicesIT {
    /** Below a root that is made of nothing but mounts. */
    private static final Workload BELOW_A_SYNTHETIC_ROOT = Workload.of("synthetic-root", """
            same "the root lists the mounts" "a b" "$(echo $(ls))"
            refuse "the root cannot be changed" mkdir c
            refuse "the root has nothing else" stat c
            same "what lies in a" "of hot" "$(cat a/name)"
            same "what lies in b" "of cold" "$(cat b/name)"
            check "move from one mount to the other" mv a/from/moving b/moved
            same "it has arrived" "moving" "$(cat b/moved)"
            refuse "a hard link does not leave its mount" ln a/name b/link
            i=0
            while [ $i -lt 300 ]; do
                echo "first $i" >a/first$i && cp a/first$i b/first$i || fail "copy $i"
                i=$((i + 1))
            done
            same "all of it is in b" 300 "$(cat b/first* | sort -u | wc -l)"
            """);

    /** A mount that hides a directory of the tree it is mounted in. */
    private static final Workload OVER_A_DIRECTORY = Workload.of("mount-over", """
            check "the root is listed with attributes" ls -la
            same "what lies in the root" "of hot" "$(cat name)"
            same "the mount hides the directory it is over" "of cold" "$(cat cold/name)"
            refuse "what is hidden cannot be seen" stat cold/hidden
            check "list again" ls -la cold
            echo 3 >/proc/sys/vm/drop_caches
            same "still the mount" "of cold" "$(ls -la >/dev/null; cat cold/name)"
            i=0
            while [ $i -lt 300 ]; do
                echo "second $i" >second$i && cp second$i cold/second$i || fail "copy $i"
                i=$((i + 1))
            done
            same "all of it is in the mount" 300 "$(cat cold/second* | sort -u | wc -l)"
            same "of the same name as in the root" 300 "$(cat second* | sort -u | wc -l)"
            """);

    @TempDir
    Path home;

    @Test
    void twoDevicesWithSeveralMountsServeTwoGuestsAtOnce() throws Exception {
        Path hot = Files.createDirectories(home.resolve("hot"));
        Path cold = Files.createDirectories(home.resolve("cold"));
        Files.writeString(hot.resolve("name"), "of hot\n");
        // Not in the root: the other guest lists it, and asks for each name that it has seen.
        Files.writeString(Files.createDirectory(hot.resolve("from")).resolve("moving"), "moving\n");
        Files.writeString(Files.createDirectory(hot.resolve("cold")).resolve("hidden"), "");
        Files.writeString(cold.resolve("name"), "of cold\n");
        Path first = home.resolve("first.sock");
        Path second = home.resolve("second.sock");
        try (var server = ShareServer.configured(home, configuration(hot, cold, first, second), second);
                var one = Guests.bootUserMode(
                        Guests.options(KernelSource.USER_MODE, List.of(BELOW_A_SYNTHETIC_ROOT)), first);
                var two = Guests.bootUserMode(
                        Guests.options(KernelSource.USER_MODE, List.of(OVER_A_DIRECTORY)), second)) {
            Guests.passes("mounts below a synthetic root", one);
            Guests.passes("a mount over a directory", two);
            assertThat(hot.resolve("first299")).hasSameBinaryContentAs(cold.resolve("first299"));
            assertThat(hot.resolve("second299")).hasSameBinaryContentAs(cold.resolve("second299"));
            assertThat(hot.resolve("cold")).isDirectoryNotContaining("glob:**/second*");
            assertThat(server.stop()).as("status after SIGTERM").isZero();
            assertThat(first).doesNotExist();
            assertThat(second).doesNotExist();
        }
    }

    private static String configuration(Path hot, Path cold, Path first, Path second) {
        return """
                [[device]]
                tag = "%1$s"
                transport = { type = "vhost-user", socket = "%2$s" }
                mounts = { "/a" = "hot", "/b" = "cold" }

                [[device]]
                tag = "%1$s"
                transport = { type = "vhost-user", socket = "%3$s" }
                mounts = { "/" = "hot", "/cold" = "cold" }

                [backend.hot]
                type = "uring"
                root = "%4$s"

                [backend.cold]
                type = "uring"
                root = "%5$s"
                """.formatted(Guests.TAG, first, second, hot, cold);
    }
}
