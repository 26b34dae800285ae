package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpfs4j.guest.GuestOptions;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Tool;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two guests of User-mode Linux and the host lock the same files of one tree. */
class LocksIT {
    private static final int ROUNDS = 50;

    /**
     * In each round, a directory that only one may have at a time, inside a lock that the host has at first; then rows of a
     * database that both write; then the lock of a process that is killed.
     */
    private static final Workload WORK = Workload.of("locks", """
            same "the host has the lock" busy "$(flock -n lock true && echo free || echo busy)"
            : >ready-$WHO
            i=0
            while [ $i -lt %1$d ]; do
                flock lock sh -c 'mkdir busy && echo row >>log && rmdir busy' || fail "round $i is not alone"
                i=$((i + 1))
            done
            pass "alone in %1$d rounds"
            i=0
            while [ $i -lt %1$d ]; do
                echo "insert into t(who) values('$WHO');"
                i=$((i + 1))
            done >/tmp/rows.sql
            sql() {
                sqlite3 -cmd ".timeout 200000" shared.db "$1" 2>&1
            }
            same "the table" "" "$(sql 'create table if not exists t(id integer primary key, who text)')"
            same "all rows are taken" "" "$(sql '.read /tmp/rows.sql')"
            same "all rows are there" %1$d "$(sql "select count(*) from t where who = '$WHO'")"
            same "integrity" ok "$(sql 'pragma integrity_check')"
            flock own-$WHO sleep 1000 &
            sleep 1
            refuse "locked by another process" flock -n own-$WHO true
            kill $!
            killall sleep
            wait
            check "free when it is killed" flock own-$WHO true
            """.formatted(ROUNDS), Tool.SQLITE3, Tool.FLOCK);

    @TempDir
    Path home;

    @Test
    void twoGuestsAndTheHostShareLocksAndADatabase() throws Exception {
        Path tree = Files.createDirectories(home.resolve("tree"));
        Path lock = Files.createFile(tree.resolve("lock"));
        Path log = tree.resolve("log");
        Path first = home.resolve("first.sock");
        Path second = home.resolve("second.sock");
        Process holder = new ProcessBuilder("flock", lock.toString(), "cat").start();
        try (var server = ShareServer.configured(home, configuration(tree, first, second), second);
                var one = Guests.bootUserMode(guest("one"), first);
                var two = Guests.bootUserMode(guest("two"), second)) {
            while (!Files.exists(tree.resolve("ready-one")) || !Files.exists(tree.resolve("ready-two"))) {
                assertThat(server.isRunning()).isTrue();
                assertThat(one.isRunning() && two.isRunning()).isTrue();
                Thread.sleep(100);
            }
            assertThat(log).doesNotExist();
            holder.getOutputStream().close();
            Guests.passes("locks shared with another guest", one);
            Guests.passes("locks shared with the first guest", two);
            assertThat(Files.readAllLines(log)).hasSize(2 * ROUNDS);
        } finally {
            holder.destroy();
        }
    }

    private static GuestOptions guest(String name) {
        return Guests.options(KernelSource.USER_MODE, List.of(WORK)).withVariables(Map.of("WHO", name));
    }

    /** A lock says nothing about what a guest has cached: what it may trust without asking, another one has not changed. */
    private static String configuration(Path tree, Path first, Path second) {
        return """
                [[device]]
                tag = "%1$s"
                transport = { type = "vhost-user", socket = "%2$s" }
                backend = "local"

                [[device]]
                tag = "%1$s"
                transport = { type = "vhost-user", socket = "%3$s" }
                backend = "local"

                [backend.local]
                type = "uring"
                root = "%4$s"
                cache = "never"
                """.formatted(Guests.TAG, first, second, tree);
    }
}
