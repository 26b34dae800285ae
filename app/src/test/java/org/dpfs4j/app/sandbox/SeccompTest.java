package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter in the kernel. */
class SeccompTest {
    private static final int ENDED_BY_SIGSYS = 128 + 31;
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    /** A program that filters its calls and then, on another thread than the one that did so, makes one. */
    static final class Taken {
        private Taken() {}

        public static void main(String[] args) throws Exception {
            var other = Thread.ofPlatform().unstarted(() -> {
                try (var kernel = new Kernel()) {
                    System.out.println("result " + attempt(kernel, args[0]));
                }
            });
            Seccomp.install(Filter.program(
                    Isolation.Seccomp.KILL, false, ProcessHandle.current().pid()));
            System.out.println("filtered");
            other.start();
            other.join();
            System.exit(0);
        }

        private static long attempt(Kernel kernel, String what) {
            return switch (what) {
                case "execve" -> kernel.call(StartCall.EXECVE, kernel.text("/bin/true"), 0, 0);
                case "mount" -> kernel.call(StartCall.MOUNT, 0, 0, 0, 0, 0);
                case "socket" -> kernel.call(Syscall.SOCKET, 2, 1, 0);
                case "unix" -> kernel.call(Syscall.SOCKET, 1, 1, 0) > 0 ? 0 : -1;
                default -> throw new IllegalArgumentException(what);
            };
        }
    }

    private int run(String what) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Taken.class.getName(),
                        what)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(what).toFile())
                .start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String said(String what) throws Exception {
        return Files.readString(folder.resolve(what));
    }

    @Test
    void aForbiddenCallEndsTheWholeProcess() throws Exception {
        assertThat(run("execve")).isEqualTo(ENDED_BY_SIGSYS);
        assertThat(said("execve")).contains("filtered").doesNotContain("result");
        assertThat(run("mount")).isEqualTo(ENDED_BY_SIGSYS);
    }

    @Test
    void aSocketToTheNetworkIsAnErrorAndAUnixOneIsThere() throws Exception {
        assertThat(run("socket")).isZero();
        assertThat(said("socket")).contains("result -97");
        assertThat(run("unix")).isZero();
        assertThat(said("unix")).contains("result 0");
    }
}
