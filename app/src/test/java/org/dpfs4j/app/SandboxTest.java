package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.FuseException;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Isolated servers as processes of their own, seen from outside and by the guest they serve. */
class SandboxTest {
    private static final int LIMIT_SECONDS = 60;
    private static final String READY = "Waiting for vhost-user socket connection";
    private static final Shape SHAPE = new Shape(Manner.QEMU, 2, 128, DriverRing.VERSION_1);
    private static final int GUEST_UID = 1234;
    private static final int GUEST_GID = 2345;

    /** chown, dac_override, dac_read_search, fowner, fsetid, setgid, setuid, mknod, setfcap. */
    private static final String USUAL_CAPABILITIES = "00000000880000df";

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private Path socket;
    private Path directory;

    @BeforeEach
    void makeTheFolders() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "these tests need root");
        socket = Files.createDirectory(folder.resolve("sockets")).resolve("s.sock");
        directory = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(folder.resolve("canary"), "outside");
    }

    @AfterEach
    void endWhatIsLeft() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process serve(List<String> prefix, String... options) throws IOException {
        var words = new ArrayList<>(prefix);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx100m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        words.addAll(List.of(options));
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        processes.add(process);
        return process;
    }

    private Process serveTheDirectory(String... options) throws IOException {
        return serveTheDirectory(List.of(), options);
    }

    private Process serveTheDirectory(List<String> prefix, String... options) throws IOException {
        var all = new ArrayList<>(List.of("--socket-path=" + socket, "--shared-dir=" + directory, "--lanes=1"));
        all.addAll(List.of(options));
        return serve(prefix, all.toArray(new String[0]));
    }

    private Process ready(Process process) {
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> !process.isAlive() || log().contains(READY));
        assertThat(process.isAlive()).as(() -> log()).isTrue();
        return process;
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertEndsWith(int code, Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> log()).isEqualTo(code);
    }

    /** All values that a field of status has among the threads of a process. */
    private static Set<String> statusOfThreads(Process process, String field) throws IOException {
        var values = new TreeSet<String>();
        try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (var thread : threads.toList()) {
                try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
                    lines.filter(line -> line.startsWith(field + ":"))
                            .forEach(line -> values.add(
                                    line.substring(field.length() + 1).strip()));
                }
            }
        }
        return values;
    }

    /** A guest user makes files, which are its own, and finds no way out. */
    private void workAsGuest(boolean ownersAreKept) throws IOException {
        Files.createSymbolicLink(directory.resolve("way-out"), folder.resolve("canary"));
        try (var device = VhostUserFrontEnd.started(socket, SHAPE)) {
            var client = FuseClient.mount(device, device.queue(1));
            client.actAs(GUEST_UID, GUEST_GID);
            var made = client.create(Protocol.ROOT_ID, "file", 0640);
            client.write(made.opened(), 0, new byte[] {1, 2, 3});
            client.fsync(made.opened());
            assertThat(client.read(made.opened(), 0, 10)).containsExactly(1, 2, 3);
            client.release(made.opened());
            var sub = client.mkdir(Protocol.ROOT_ID, "sub", 0700).nodeId();
            client.rename(Protocol.ROOT_ID, "file", sub, "renamed");
            assertThat(client.list(sub)).anyMatch(entry -> entry.name().equals("renamed"));
            assertThatThrownBy(() -> client.lookup(Protocol.ROOT_ID, "..")).isInstanceOf(FuseException.class);
            assertThatThrownBy(() -> client.lookup(Protocol.ROOT_ID, "../canary"))
                    .isInstanceOf(FuseException.class);
            var link = client.lookup(Protocol.ROOT_ID, "way-out");
            assertThatThrownBy(() -> client.open(link.nodeId(), 0)).isInstanceOf(FuseException.class);
            client.destroy();
        }
        assertThat(directory.resolve("sub/renamed")).hasBinaryContent(new byte[] {1, 2, 3});
        if (ownersAreKept) {
            assertThat(Files.getAttribute(directory.resolve("sub"), "unix:uid")).isEqualTo(GUEST_UID);
            assertThat(Files.getAttribute(directory.resolve("sub/renamed"), "unix:gid"))
                    .isEqualTo(GUEST_GID);
        }
        assertThat(folder.resolve("canary")).hasContent("outside");
    }

    /** What of the host a process can name: below its own root. */
    private static Path seenBy(Process process, Path path) {
        return Path.of("/proc/" + process.pid() + "/root" + path);
    }

    private void assertRestricted(Process process) throws IOException {
        assertThat(statusOfThreads(process, "CapEff")).containsExactly(USUAL_CAPABILITIES);
        assertThat(statusOfThreads(process, "CapPrm")).containsExactly(USUAL_CAPABILITIES);
        assertThat(statusOfThreads(process, "CapBnd")).containsExactly("0000000000000000");
        assertThat(statusOfThreads(process, "NoNewPrivs")).containsExactly("1");
        assertThat(statusOfThreads(process, "Seccomp")).containsExactly("2");
    }

    private static Path namespace(long process, String name) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/" + name));
    }

    private static boolean isOwn(Process process, String name) throws IOException {
        return !namespace(process.pid(), name)
                .equals(namespace(ProcessHandle.current().pid(), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io-uring", "epoll"})
    void inNamespacesOnlyTheTreeIsThereAndAGuestWorksInIt(String io) throws Exception {
        var process = ready(serveTheDirectory("--sandbox=namespace", "--seccomp=kill", "--landlock=on", "--io=" + io));
        assertRestricted(process);
        assertThat(isOwn(process, "mnt") && isOwn(process, "net") && isOwn(process, "ipc") && isOwn(process, "uts"))
                .isTrue();
        assertThat(seenBy(process, directory)).isDirectory();
        assertThat(seenBy(process, folder.resolve("canary"))).doesNotExist();
        assertThat(seenBy(process, Path.of("/usr/bin/env"))).doesNotExist();
        assertThat(seenBy(process, Path.of("/etc/shadow"))).doesNotExist();
        workAsGuest(true);
        assertThat(statusOfThreads(process, "CapPrm")).as("also of workers").containsExactly(USUAL_CAPABILITIES);
        assertThat(statusOfThreads(process, "Seccomp")).containsExactly("2");
        assertThat(log()).doesNotContain("WARN");
        process.destroy();
        assertEndsWith(0, process);
        assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void chrootKeepsTheNetwork() throws Exception {
        var process = ready(serveTheDirectory("--sandbox=chroot"));
        assertThat(seenBy(process, folder.resolve("canary"))).doesNotExist();
        assertThat(isOwn(process, "mnt")).isTrue();
        assertThat(isOwn(process, "net")).isFalse();
        assertRestricted(process);
        workAsGuest(true);
    }

    @Test
    void withoutASandboxAllElseHolds() throws Exception {
        var process = ready(serveTheDirectory("--sandbox=none"));
        assertRestricted(process);
        assertThat(isOwn(process, "mnt")).isFalse();
        assertThat(seenBy(process, folder.resolve("canary"))).exists();
        workAsGuest(true);
    }

    /** As it is for who is not root: no handles, so the rules about paths have no gap. */
    @Test
    void whoCannotOpenByHandleReadsNothingOutsideOfTheTree() throws Exception {
        ready(serveTheDirectory("--sandbox=none", "--modcaps=-dac_read_search"));
        assertThat(log()).contains("Landlock ").doesNotContain("without file contents");
        workAsGuest(true);
    }

    /** Landlock gives a tree no right to execute, and Java is executed again. */
    @Test
    void aTreeMayHoldJavaItself() throws Exception {
        ready(serve(List.of(), "--socket-path=" + socket, "--shared-dir=/", "--lanes=1"));
        assertThat(log()).contains("a mount namespace hides nothing when / is served", "Landlock ");
    }

    @Test
    void everythingOffIsOneJavaAndAllRights() throws Exception {
        var process = ready(serveTheDirectory("--sandbox=none", "--seccomp=none", "--landlock=off"));
        assertThat(statusOfThreads(process, "NoNewPrivs")).containsExactly("0");
        assertThat(log()).contains("isolated by: nothing, as configured");
    }

    @Test
    void capabilitiesAndDescriptorsAreAsAskedForAndTheRestByDefault() throws Exception {
        var process = ready(serveTheDirectory("--modcaps=-mknod:+kill", "--rlimit-nofile=5000"));
        assertThat(statusOfThreads(process, "CapEff")).containsExactly("00000000800000ff");
        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/limits")))
                .containsPattern("Max open files +5000 +5000 ");
        assertThat(isOwn(process, "mnt") && isOwn(process, "net")).isTrue();
        assertThat(log()).contains("Landlock ", "seccomp kill");
    }

    /** A configuration beside the socket, in the folder that java runs in, is found; options of java are kept. */
    @Test
    void theCommandLineIsTheSameInTheSandbox() throws Exception {
        var file = Files.writeString(folder.resolve("d.toml"), """
                [[device]]
                tag = "data"
                transport = { type = "vhost-user", socket = "%s" }
                backend = "local"
                [backend.local]
                type = "uring"
                root = "%s"
                """.formatted(socket, directory));
        var here = Path.of("").toAbsolutePath();
        var process = ready(serve(List.of(), "--config", here.relativize(file).toString()));
        assertThat(isOwn(process, "mnt")).isTrue();
        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                        .split("\0"))
                .contains("-Xmx100m", "--config");
    }

    private static List<String> without(String capability) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv of util-linux");
        return List.of("/usr/bin/setpriv", "--bounding-set=-" + capability, "--inh-caps=-" + capability);
    }

    @Test
    void whereNamespacesAreForbiddenTheDefaultSaysSoOnceAndGoesOn() throws Exception {
        var process = ready(serveTheDirectory(without("sys_admin")));
        assertRestricted(process);
        assertThat(log().lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .endsWith(
                        "no mount and network namespaces: namespaces need CAP_SYS_ADMIN, which this process does not have");
        workAsGuest(true);
    }

    @Test
    void aLayerThatWasAskedForAndCannotBeHadIsOneSentence() throws Exception {
        assertEndsWith(1, serveTheDirectory(without("sys_admin"), "--modcaps=+sys_admin"));
        assertThat(log().lines().toList())
                .last()
                .isEqualTo(
                        "dpfs4j: this server cannot be isolated as asked for: modcaps asks for what this process does "
                                + "not have: sys_admin");
        assertThat(socket).doesNotExist();
    }

    @Test
    void theWholeSystemIsNotServedFromANamespaceThatHidesNothing() throws Exception {
        assertEndsWith(1, serve(List.of(), "--socket-path=" + socket, "--shared-dir=/", "--sandbox=namespace"));
        assertThat(log()).contains("a mount namespace hides nothing when / is served");
    }
}
