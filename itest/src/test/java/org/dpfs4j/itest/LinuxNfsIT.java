package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Linux kernel's NFS server under our client, and its client beside ours. */
@Timeout(900)
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class LinuxNfsIT {
    @TempDir
    Path home;

    @BeforeEach
    void needsRoot() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theKernelsServerIsServedFromAndItsRestartLosesNothing(int connections) throws Exception {
        try (var machine = NfsMachine.boot(home)) {
            machine.serve();
            var backing = Backing.nfs(machine.address(), "/").with("connections = " + connections);
            try (var mount = MountServer.start(home, "one", backing);
                    var load = Load.start(mount.mount(), 20, 2)) {
                load.lockAll();
                load.awaitProgress();
                assertThat(connections(machine)).isGreaterThanOrEqualTo(connections);
                machine.stop();
                Thread.sleep(Duration.ofSeconds(1));
                machine.start();
                load.awaitProgress();
                Path file = Files.writeString(mount.mount().resolve("text"), "after the grace period");
                assertThat(machine.run("cat /srv/text")).isEqualTo("after the grace period");
                Files.setAttribute(file, "user:colour", "green".getBytes(StandardCharsets.UTF_8));
                assertThat((byte[]) Files.getAttribute(file, "user:colour"))
                        .isEqualTo("green".getBytes(StandardCharsets.UTF_8));
                load.finish(mount.mount());
            }
        }
    }

    /** How many its server has: established ones (01) at port 2049 (0x801). */
    private static int connections(NfsMachine machine) throws Exception {
        return Integer.parseInt(
                machine.run("cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -c ':0801 [^ ]* 01 ' || true"));
    }

    @Test
    void delegationsOfTheKernelsServerAreUsedAndGivenBackWhenSomebodyWrites() throws Exception {
        try (var machine = NfsMachine.boot(home)) {
            machine.serve();
            machine.run("for file in a b c d e; do echo first >/srv/$file; done");
            var backing = Backing.nfs(machine.address(), "/").with("delegations = true");
            try (var mount = MountServer.start(home, "one", backing);
                    var other = MountServer.start(home, "two", Backing.nfs(machine.address(), "/"))) {
                // A file that was recalled is not delegated again for a while: each is read and changed once.
                Path here = mount.mount();
                for (var file : List.of("a", "b", "c", "d")) {
                    assertThat(here.resolve(file)).hasContent("first");
                }
                assertThat(delegations(machine)).isEqualTo("4");
                var opens = opens(machine);
                for (int i = 0; i < 20; i++) {
                    assertThat(here.resolve("a")).hasContent("first");
                }
                assertThat(opens(machine)).as("OPENs that the server has seen").isEqualTo(opens);
                Files.writeString(other.mount().resolve("a"), "second");
                assertThat(here.resolve("a")).hasContent("second");
                machine.run("echo third >/srv/b");
                assertThat(here.resolve("b")).hasContent("third");
                machine.run("mv /srv/c /srv/f");
                assertThat(here.resolve("f")).hasContent("first");
                Files.writeString(here.resolve("d"), "fourth");
                assertThat(here.resolve("d")).hasContent("fourth");
                assertThat(machine.run("cat /srv/d")).isEqualTo("fourth");
                assertThat(delegations(machine))
                        .as("of files that were changed")
                        .isEqualTo("0");
                assertThat(here.resolve("e")).hasContent("first");
                assertThat(delegations(machine)).isEqualTo("1");
                machine.stop();
                machine.run("echo fifth >/srv/e");
                machine.start();
                assertThat(here.resolve("e")).hasContent("fifth");
                assertThat(mount.stop()).isZero();
                assertThat(delegations(machine)).as("of who has ended").isEqualTo("0");
            }
        }
    }

    private static String delegations(NfsMachine machine) throws Exception {
        return machine.run("cat /proc/fs/nfsd/clients/*/states | grep -c 'type: deleg' || true");
    }

    /** How many OPENs the server has done: the 18th operation of version 4 that it counts, from 0, behind their number. */
    private static String opens(NfsMachine machine) throws Exception {
        return machine.run("grep proc4ops /proc/net/rpc/nfsd | cut -d ' ' -f 21");
    }

    @Test
    void aClientThatAnAdministratorExpiresGoesOn() throws Exception {
        try (var machine = NfsMachine.boot(home)) {
            machine.serve();
            try (var mount = MountServer.start(home, "one", Backing.nfs(machine.address(), "/"));
                    var load = Load.start(mount.mount(), 8, 2)) {
                load.awaitProgress();
                machine.run("for client in /proc/fs/nfsd/clients/*; do echo expire >$client/ctl; done");
                load.awaitProgress();
                load.finish(mount.mount());
            }
        }
    }

    @Test
    void theKernelsClientAndOursShareFilesAndLocks() throws Exception {
        try (var ganesha = Ganesha.start(Files.createDirectory(home.resolve("nfs")));
                var machine = NfsMachine.boot(home);
                var mount = MountServer.start(home, "one", Backing.nfs(ganesha.address(), ganesha.path(Export.VFS)))) {
            machine.mount(ganesha.port(), "/vfs", "/linux");
            for (int round = 0; round < 3; round++) {
                machine.run("echo linux " + round + " >/linux/f");
                Thread.sleep(Duration.ofMillis(1100));
                assertThat(mount.mount().resolve("f")).hasContent("linux " + round);
                Files.writeString(mount.mount().resolve("f"), "ours " + round);
                assertThat(machine.run("cat /linux/f")).isEqualTo("ours " + round);
            }
            // An NFS client locks for writing only what is open for it.
            machine.run("(exec 9<>/linux/f; flock -x 9; echo $? >/linux/l; mv /linux/l /linux/locked;"
                    + " while [ ! -e /linux/enough ]; do sleep 0.2; done) &");
            while (!Files.exists(ganesha.directory().resolve("locked"))) {
                Thread.sleep(100);
            }
            assertThat(ganesha.directory().resolve("locked")).hasContent("0");
            try (var channel = FileChannel.open(mount.mount().resolve("f"), StandardOpenOption.WRITE)) {
                assertThat(channel.tryLock())
                        .as("lock that the kernel's client has")
                        .isNull();
                Files.createFile(mount.mount().resolve("enough"));
                assertThat(channel.lock().isValid()).isTrue();
                assertThat(machine.run("(exec 9<>/linux/f; flock -n 9)", new StringBuilder()))
                        .as("lock that our client has")
                        .isNotZero();
            }
            machine.run("(exec 9<>/linux/f; flock -x 9)");
            machine.run("umount /linux");
        }
    }
}
