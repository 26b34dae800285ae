package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.tck.posix.Agent;
import org.dpfs4j.tck.posix.AgentProgram;
import org.dpfs4j.tck.posix.Place;
import org.dpfs4j.tck.posix.PosixKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The POSIX kit on a mount of this machine's kernel, compared with a plain directory beside what is mounted. */
class PosixMountTest extends PosixKit {
    private static final int LIMIT_SECONDS = 60;

    private Path mount;
    private Process server;
    private Place place;
    private Place reference;

    @BeforeAll
    void mountIt(@TempDir Path home) throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "/dev/fuse is not there, or not for this user");
        var program = AgentProgram.compiled(home);
        var shared = open(home.resolve("shared"));
        var beside = open(home.resolve("beside"));
        mount = open(home.resolve("mount"));
        var log = home.resolve("log");
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "mount",
                        "--lanes=2",
                        "--io=" + io(),
                        "--shared-dir=" + shared,
                        "--xattr",
                        "--posix-acl=always",
                        "-o",
                        "dev,suid",
                        mount.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> !server.isAlive() || isMounted());
        assumeTrue(
                Files.readAllLines(log).stream().noneMatch(line -> line.contains("this process may not")),
                "this process may not mount");
        assertThat(isMounted()).as(() -> "mounted: " + text(log)).isTrue();
        place = new Place(Agent.local(program), mount.toString());
        reference = new Place(Agent.local(program), beside.toString());
    }

    /** What the lanes run on. */
    protected String io() {
        return "auto";
    }

    private static Path open(Path folder) throws IOException {
        Files.createDirectory(folder);
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + mount + " ");
    }

    @AfterAll
    void unmountIt() throws Exception {
        if (server == null) {
            return;
        }
        server.destroy();
        var ended = server.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        server.destroyForcibly();
        if (isMounted()) {
            new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
        }
        assertThat(ended).as("the server ends after SIGTERM").isTrue();
    }

    @Override
    protected Place place() {
        return place;
    }

    @Override
    protected Place reference() {
        return reference;
    }

    @Override
    protected Map<String, String> gaps() {
        var gaps = new HashMap<>(Map.of(
                "collapsingTakesARangeOut", "the kernel's FUSE driver refuses FALLOC_FL_COLLAPSE_RANGE",
                "insertingMakesRoom", "the kernel's FUSE driver refuses FALLOC_FL_INSERT_RANGE",
                "anImmutableFileStaysAsItIs", "the server leaves this flag to the operator of its machine",
                "anAppendOnlyFileOnlyGrows", "the server leaves this flag to the operator of its machine"));
        if (mapsMounts()) {
            gaps.put("trustedAttributesBelongToRoot", "the kernel says not who asks for the list of attributes");
        }
        return gaps;
    }

    /** Whether this kernel lets FUSE mounts be mapped to other ids: since Linux 6.12. */
    private static boolean mapsMounts() {
        var version = Runtime.Version.parse(System.getProperty("os.version").replaceFirst("[^0-9.].*", ""));
        return version.compareTo(Runtime.Version.parse("6.12")) >= 0;
    }
}
