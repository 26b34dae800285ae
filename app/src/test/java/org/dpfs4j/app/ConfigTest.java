package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read when their configuration is wrong. */
class ConfigTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("d.toml");
    }

    private Assembly assembled(String text) throws IOException, Failure {
        Files.writeString(file, text);
        return Assembly.of(SettingsFile.read(file), new Fakes().providers());
    }

    /** The sentences, without the folder. */
    private List<String> problems(String text) {
        var failure = catchThrowableOfType(Failure.class, () -> assembled(text));
        assertThat(failure).as("nothing is wrong with it").isNotNull();
        assertThat(failure.exitCode()).isEqualTo(2);
        return failure.sentences().stream()
                .map(sentence -> sentence.replace(folder + "/", ""))
                .toList();
    }

    @Test
    void everyErrorIsReportedAtOnceInTheOrderOfTheFile() {
        assertThat(problems("""
                lane = 3
                [server]
                lanes = 0
                io = "kqueue"
                threads = 4

                [[device]]
                tag = "a-tag-that-is-longer-than-36-bytes-of-utf-8"
                transport = { type = "vhost-user", socket = "run/a.sock", request-queues = 65 }
                backend = "lokal"
                client-arch = "riscv"

                [[device]]
                tag = ""
                transport = { type = "pci", function = 3 }
                mounts = { "/" = "local", "cold" = "local", "/a/b" = "local", "/.." = "local", "/x" = "y", "/z" = 1 }

                [[device]]
                tag = "nul\\u0000"
                transport = { type = "vhost-user", socket = "/run/c.sock", queue-size = "big" }
                backend = "local"
                mounts = { "/" = "local" }

                [[device]]
                transport = { type = "vhost-user", socket = "/run/d.sock" }

                [[device]]
                tag = 7
                transport = { type = "vhost-user", socket = "/run/d.sock" }
                mounts = {}

                [backend.local]
                type = "uring"
                root = "data"
                attr-timeout = "1 second"
                colour = "red"

                [backend.other]
                type = "zfs"
                pool = "tank"

                [backend.third]
                root = 1.5
                """))
                .containsExactly(
                        "d.toml:1: lane is not a known key (known here: backend, device, server)",
                        "d.toml:3: [server] lanes must be from 1 to 1024: 0",
                        "d.toml:4: [server] io must be one of auto, io-uring, epoll: \"kqueue\"",
                        "d.toml:5: [server] threads is not a known key "
                                + "(known here: drain-limit, io, landlock, lanes, log-level, metrics, modcaps, pid-file, poll-max, "
                                + "rlimit-nofile, sandbox, seccomp, syslog)",
                        "d.toml:8: [[device]] tag may be 36 bytes long, and this one is 43: "
                                + "\"a-tag-that-is-longer-than-36-bytes-of-utf-8\"",
                        "d.toml:9: [[device]] transport.socket must be an absolute path: \"run/a.sock\"",
                        "d.toml:9: [[device]] transport.request-queues must be from 1 to 64: 65",
                        "d.toml:10: [[device]] backend names no backend: there is no [backend.lokal]",
                        "d.toml:11: [[device]] client-arch must be one of x86-64, aarch64: \"riscv\"",
                        "d.toml:14: [[device]] tag is empty",
                        "d.toml:15: [[device]] transport.type must be one of snap, vhost-user: \"pci\"",
                        "d.toml:16: [[device]] mounts./z must be a text: 1",
                        "d.toml:16: [[device]] mounts.cold is not a mount path: \"/\", or \"/name\" for a directory below it",
                        "d.toml:16: [[device]] mounts./a/b is not a mount path: \"/\", or \"/name\" for a directory below it",
                        "d.toml:16: [[device]] mounts./.. is not a mount path: \"/\", or \"/name\" for a directory below it",
                        "d.toml:16: [[device]] mounts./x names no backend: there is no [backend.y]",
                        "d.toml:19: [[device]] tag contains a NUL character",
                        "d.toml:20: [[device]] transport.queue-size must be a whole number: \"big\"",
                        "d.toml:22: [[device]] mounts and backend exclude each other: "
                                + "backend = NAME means mounts = { \"/\" = NAME }",
                        "d.toml:24: [[device]] tag is missing",
                        "d.toml:24: [[device]] backend is missing",
                        "d.toml:28: [[device]] tag must be a text: 7",
                        "d.toml:29: [[device]] transport is at /run/d.sock, where another device is already",
                        "d.toml:30: [[device]] mounts must be 1 to 255, and there are 0",
                        "d.toml:34: [backend.local] root must be an absolute path: \"data\"",
                        "d.toml:35: [backend.local] attr-timeout must be a time such as \"1s\", \"200ms\" or \"5min\": "
                                + "\"1 second\"",
                        "d.toml:36: [backend.local] colour is not a known key (known here: attr-timeout, root, type)",
                        "d.toml:39: [backend.other] type must be one of nfs, uring: \"zfs\"",
                        "d.toml:42: [backend.third] type is missing");
    }

    private static final String RIGHT = """
            [[device]]
            tag = "t"
            transport = { type = "vhost-user", socket = "/run/t.sock" }
            backend = "local"
            [backend.local]
            type = "uring"
            root = "/srv"
            """;

    @Test
    void aCorrectFileHasNoProblems() throws Exception {
        var assembly = assembled(RIGHT);
        assertThat(assembly.devices()).hasSize(1);
        assertThat(assembly.lanes()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[server]\\nlanes = | d.toml:2: Unexpected end of line, expected a value",
                "[server]\\nlanes = 1\\nlanes = 2 | d.toml:3: lanes previously defined at line 2, column 1",
                "[server]\\nlanes = yes | d.toml:2: Unexpected 'y', expected a value",
                "[server\\nlanes = 1 | d.toml:1: Unexpected end of line, expected ]"
            })
    void aSyntaxErrorIsTheOnlyProblemOfAFileThatIsRightElsewhere(String wrong, String problem) {
        assertThat(problems(wrong.replace("\\n", "\n") + "\n" + RIGHT)).containsExactly(problem);
    }

    @Test
    void besideSyntaxErrorsOnlyCertainProblemsAreReported() {
        assertThat(problems("""
                [server]
                lanes = "two"
                [[device]]
                tag = "unclosed
                transport = { type = "vhost-user", socket = "/run/t.sock" }
                colour = "red"
                backend = "local"
                [backend.local
                type = "uring"
                root = "/srv"
                """))
                .satisfiesExactly(
                        first ->
                                assertThat(first).isEqualTo("d.toml:2: [server] lanes must be a whole number: \"two\""),
                        tag -> assertThat(tag).startsWith("d.toml:4: Unexpected end of line"),
                        key -> assertThat(key).startsWith("d.toml:6: [[device]] colour is not a known key"),
                        header -> assertThat(header).startsWith("d.toml:8: Unexpected end of line"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "device = []", "[server]\nlanes = 1"})
    void aFileWithoutDevicesServesNothing(String text) {
        assertThat(problems(text)).containsExactly("d.toml: [[device]] is missing: nothing would be served");
    }

    @ParameterizedTest
    @ValueSource(strings = {"device = 3", "backend = 3", "server = []", "[device]\ntag = 1", "[backend]\nx = 1"})
    void theTopTablesMustBeTables(String text) {
        assertThat(problems(text))
                .anyMatch(problem -> problem.contains(" must be ta") || problem.contains(" must be a ta"));
    }

    @Test
    void oneSocketIsForOneDevice() {
        assertThat(problems(RIGHT + """
                [[device]]
                tag = "u"
                transport = { type = "vhost-user", socket = "/run/t.sock" }
                backend = "local"
                """))
                .containsExactly("d.toml:10: [[device]] transport is at /run/t.sock, where another device is already");
    }

    @Test
    void theSameTagMayBeAtTwoSockets() throws Exception {
        var assembly = assembled(RIGHT + """
                [[device]]
                tag = "t"
                transport = { type = "vhost-user", socket = "/run/u.sock" }
                backend = "local"
                """);
        assertThat(assembly.devices()).hasSize(2);
    }

    @Test
    void aTagOf36BytesIsAllowedAndOneOf37IsNot() throws Exception {
        var longest = "ä".repeat(18);
        assertThat(assembled(RIGHT.replace("\"t\"", '"' + longest + '"'))
                        .devices()
                        .getFirst()
                        .tag())
                .isEqualTo(longest);
        assertThat(problems(RIGHT.replace("\"t\"", '"' + longest + "x\"")))
                .containsExactly(
                        "d.toml:2: [[device]] tag may be 36 bytes long, and this one is 37: \"" + longest + "x\"");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreNoProblem() throws Exception {
        assertThat(assembled("\uFEFF" + RIGHT.replace("\n", "\r\n")).devices()).hasSize(1);
    }

    @Test
    void aFileThatCannotBeReadIsOneSentence() throws Exception {
        assertThat(unreadable(folder.resolve("none.toml"))).isEqualTo("configuration file none.toml does not exist");
        assertThat(unreadable(folder)).startsWith("configuration file").endsWith("is not a regular file");
        assertThat(unreadable(Path.of("/dev/zero"))).endsWith("is not a regular file");
        Files.write(file, new byte[] {'a', (byte) 0xFF, '\n'});
        assertThat(unreadable(file)).isEqualTo("configuration file d.toml is not UTF-8 text");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(unreadable(file))
                .isEqualTo("configuration file d.toml is too large for a configuration (more than 1 MiB)");
    }

    private String unreadable(Path path) {
        var failure = catchThrowableOfType(Failure.class, () -> SettingsFile.read(path));
        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure.sentences()).hasSize(1);
        return failure.sentences().getFirst().replace(folder + "/", "");
    }
}
