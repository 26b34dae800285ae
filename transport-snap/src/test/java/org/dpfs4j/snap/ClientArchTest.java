package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.uring.UringProvider;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Flags that x86-64 and 64-bit Arm number differently, from hosts of both kinds to devices of both kinds: what is opened here is what the
 * host asked for. A value that means direct I/O on one is a directory on the other.
 */
class ClientArchTest {
    private static final int HEADER = 16;
    private static final int AT_FDCWD = -100;

    @TempDir
    private Path folder;

    private Path file;
    private Served served;
    private long node;

    @BeforeEach
    void fill() throws IOException {
        file = Files.write(folder.resolve("file"), new byte[8192]);
        Files.createSymbolicLink(folder.resolve("link"), file);
        Files.createDirectory(folder.resolve("directory"));
    }

    @AfterEach
    void close() {
        if (served != null) {
            served.close();
        }
    }

    private Backend backend() {
        var problems = new ArrayList<Problem>();
        var values = Map.<String, Object>of("type", "uring", "root", folder.toString(), "allow-direct-io", true);
        var backend = new UringProvider().configure(new Section("[backend.x]", values, key -> 1, problems));
        assertThat(problems).isEmpty();
        return backend;
    }

    private void serve(ClientArch arch, String... keys) throws IOException {
        served = new Served(backend(), 1, arch, Idle.ADAPTIVE, keys);
        served.mount(0);
        node = lookup("file");
    }

    private ByteBuffer ask(RequestBytes request) {
        return ByteBuffer.wrap(served.ask(0, request)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private long lookup(String name) {
        var answer = ask(FuseRequests.named(Opcode.LOOKUP, 1, name.getBytes(StandardCharsets.UTF_8)));
        assertThat(served.host.error()).isZero();
        return answer.getLong(HEADER);
    }

    /** Opens; what the server's own descriptor of the file then says in its flags, or a negative errno. */
    private int opened(long of, int flags) throws IOException {
        var answer = ask(FuseRequests.open(of, flags));
        if (served.host.error() != 0) {
            return -served.host.error();
        }
        var all = flagsOfDescriptors();
        assertThat(all).as("descriptors of the file").hasSize(1);
        ask(FuseRequests.release(Opcode.RELEASE, new Seen.Opened(of, answer.getLong(HEADER), 0)));
        Served.until(() -> flagsOfDescriptors().isEmpty());
        return all.getFirst();
    }

    /** Of those that may read or write it. */
    private List<Integer> flagsOfDescriptors() {
        var found = new ArrayList<Integer>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (var each : all.toList()) {
                try {
                    if (Files.readSymbolicLink(each).equals(file.toRealPath())) {
                        var line =
                                Files.readAllLines(Path.of(
                                                "/proc/self/fdinfo",
                                                each.getFileName().toString()))
                                        .stream()
                                        .filter(text -> text.startsWith("flags:"))
                                        .findFirst()
                                        .orElseThrow();
                        found.add(Integer.parseInt(line.substring(6).strip(), 8));
                    }
                } catch (IOException _) {
                    // one that is closed again
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.removeIf(flags -> (flags & OpenFlags.PATH) != 0);
        return found;
    }

    private static boolean isDirect(int flags) {
        return flags >= 0 && (flags & OpenFlags.DIRECT) != 0;
    }

    /** The four as an x86-64 host says them, and as a 64-bit Arm host does. */
    @ParameterizedTest
    @CsvSource({"X86_64, 040000, 0200000, 0400000, 0100000", "AARCH64, 0200000, 040000, 0100000, 0400000"})
    void eachFlagMeansWhatItsHostMeans(ClientArch arch, String direct, String directory, String nofollow, String large)
            throws IOException {
        serve(arch);
        assumeTrue(directIsPossible(), "the temporary folder's file system knows no direct I/O");
        assertThat(opened(node, OpenFlags.RDWR | octal(direct)) & OpenFlags.ACCESS_MODE)
                .isEqualTo(OpenFlags.RDWR);
        assertThat(isDirect(opened(node, octal(direct)))).as("O_DIRECT").isTrue();

        assertThat(opened(node, octal(directory))).as("O_DIRECTORY").isEqualTo(-Errno.ENOTDIR.code());
        ask(FuseRequests.opendir(lookup("directory")).set("flags", octal(directory)));
        assertThat(served.host.error()).as("O_DIRECTORY of a directory").isZero();

        var followed = opened(node, octal(nofollow));
        assertThat(followed).as("O_NOFOLLOW of a file").isNotNegative();
        assertThat(isDirect(followed)).isFalse();
        assertThat(opened(lookup("link"), octal(nofollow)))
                .as("O_NOFOLLOW of a link")
                .isEqualTo(-Errno.ELOOP.code());

        var largefile = opened(node, octal(large));
        assertThat(largefile).as("O_LARGEFILE").isNotNegative();
        assertThat(isDirect(largefile)).isFalse();

        assertThat(isDirect(opened(node, octal(large) | octal(nofollow) | octal(direct))))
                .isTrue();
    }

    private static int octal(String text) {
        return Integer.parseInt(text, 8);
    }

    /** Whether what holds the file can be read without the page cache. */
    private boolean directIsPossible() {
        var syscalls = new Syscalls();
        try {
            var path = syscalls.path(file.toString());
            var fd = (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, path, OpenFlags.RDONLY | OpenFlags.DIRECT, 0);
            if (fd >= 0) {
                new Fd(fd).close();
            }
            return fd >= 0;
        } finally {
            syscalls.close();
        }
    }

    /** The other kind of host is configured, but the provider says that it translates. */
    @Test
    void aProviderThatTranslatesIsBelieved() throws IOException {
        var other = ClientArch.own() == ClientArch.X86_64 ? ClientArch.AARCH64 : ClientArch.X86_64;
        assumeTrue(directIsPossible(), "the temporary folder's file system knows no direct I/O");
        serve(other, "x-translates=1");
        assertThat(opened(node, OpenFlags.DIRECTORY)).isEqualTo(-Errno.ENOTDIR.code());
        assertThat(isDirect(opened(node, OpenFlags.DIRECT))).isTrue();
    }
}
