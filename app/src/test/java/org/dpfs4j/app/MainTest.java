package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as people meet it, in this process. */
class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--help", "-h", "serve --help", "check --help", "top --help", "demo --help", "bench --help"})
    void helpGoesToStandardOutput(String words) {
        assertThat(run(words.split(" "))).isZero();
        assertThat(out.toString()).containsOnlyOnce("Usage: dpfs4j");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesEveryCommandAndTheExitCodes() {
        run("--help");
        assertThat(out.toString())
                .contains(
                        "serve",
                        "check",
                        "top",
                        "demo",
                        "bench",
                        "list-emulation-managers",
                        "2 wrong usage or configuration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "serve --version"})
    void theVersionNamesThisProgramJavaAndNetty(String words) {
        assertThat(run(words.split(" "))).isZero();
        assertThat(out.toString())
                .containsOnlyOnce("dpfs4j ")
                .containsOnlyOnce("Java 2")
                .contains("Netty 4.2.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Missing command: serve, mount, check, top, demo, bench or list-emulation-managers | Try 'dpfs4j --help'.",
                "--colour | Unknown option: '--colour' | Try 'dpfs4j --help'.",
                "sevre | Unmatched argument at index 0: 'sevre' | Did you mean: dpfs4j serve?",
                "serve --tags=x | Unknown option: '--tags=x' | Possible solutions: --tag",
                "serve | What shall be served? --config=FILE, or --shared-dir=DIRECTORY and one of --socket-path and --fd "
                        + "| Try 'dpfs4j serve --help'.",
                "serve --tag=x --shared-dir=/ | What shall be served? --config=FILE, or --shared-dir=DIRECTORY and one of "
                        + "--socket-path and --fd | Try 'dpfs4j serve --help'.",
                "serve --config=f --tag=x | --config goes alone: tag, socket and all else stand in the file "
                        + "| Try 'dpfs4j serve --help'.",
                "serve --lanes=two | Invalid value for option '--lanes': must be a whole number: \"two\" "
                        + "| Try 'dpfs4j serve --help'.",
                "serve --config | Missing required parameter for option '--config' (FILE) | Try 'dpfs4j serve --help'.",
                "check | Missing required parameter: 'FILE' | Try 'dpfs4j check --help'.",
                "bench | What shall be measured? --socket=SOCKET, or --compare and command lines | Try 'dpfs4j bench --help'.",
                "bench --socket=s nothing | not a workload: nothing | Try 'dpfs4j bench --help'.",
                "bench --socket=s read-4k | not a workload: read-4k | Try 'dpfs4j bench --help'.",
                "bench --socket=s --depth=0 nop | the depth is from 1 to 256: 0 | Try 'dpfs4j bench --help'.",
                "bench --socket=s --rounds=0 nop | --rounds is at least 1: 0 | Try 'dpfs4j bench --help'.",
                "bench --socket=s --ring-size=16 nop-qd17 | a ring of 16 entries does not hold nop-qd17 "
                        + "| Try 'dpfs4j bench --help'.",
                "bench --socket=s --file-size=1m1 nop | not a number: 1m1 | Try 'dpfs4j bench --help'.",
                "bench --socket=s --file-size=4k randread-8k | --file-size is a multiple of the block of randread-8k: 4k "
                        + "| Try 'dpfs4j bench --help'.",
                "bench --socket=s --floor nop | --floor needs --dir=DIRECTORY, which the servers share "
                        + "| Try 'dpfs4j bench --help'.",
                "bench --socket=s --plot=a.gif nop | --plot is a file ending in .png or .svg: a.gif "
                        + "| Try 'dpfs4j bench --help'.",
                "bench --dir=/ --compare a={socket} a={socket} nop | --compare gives two servers one name "
                        + "| Try 'dpfs4j bench --help'.",
                "bench --compare={socket} nop | --compare needs --dir=DIRECTORY, which the servers share "
                        + "| Try 'dpfs4j bench --help'."
            })
    void wrongUsageIsOneSentenceAndAHint(String words, String sentence, String hint) {
        assertThat(run(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("dpfs4j: " + sentence, hint);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aWrongConfigurationIsExitCode2WithEveryError() throws Exception {
        var file = Files.writeString(folder.resolve("d.toml"), "[server]\nlanes = 0\nio = 3\n");
        for (var command : new String[][] {{"check", file.toString()}, {"serve", "--config", file.toString()}}) {
            err.getBuffer().setLength(0);
            assertThat(run(command)).isEqualTo(2);
            assertThat(err.toString().lines())
                    .containsExactly(
                            file + ": [[device]] is missing: nothing would be served",
                            file + ":2: [server] lanes must be from 1 to 1024: 0",
                            file + ":3: [server] io must be a text: 3");
        }
    }

    /** A server that could only find out by starting; its configuration is wrong all the same. */
    @Test
    void aProviderThatCannotBeLoadedIsOneSentenceAndExitCode2() throws Exception {
        var provider = folder.resolve("libvfsp.so");
        var file = Files.writeString(folder.resolve("dpu.toml"), """
                [server]
                lanes = 1
                [backend.m]
                type = "memory"
                [[device]]
                tag = "tenant"
                backend = "m"
                transport = { type = "snap", provider = "%s", function = "pf=0" }
                """.formatted(provider));
        var sentence = "the provider " + provider
                + " cannot be loaded: cannot open shared object file: No such file or directory";
        assertThat(run("serve", "--config=" + file)).isEqualTo(2);
        assertThat(err.toString().strip()).endsWith("device tenant: " + sentence);
        assertThat(err.toString().strip().lines()).hasSize(1);
        assertThat(run("check", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("device tenant at libvfsp.so pf=0", sentence);
    }

    @Test
    void aServerIsAskedOnlyWhenWantedAndASentenceSaysWhatIsWrong() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var file = Files.writeString(folder.resolve("nfs.toml"), """
                [server]
                lanes = 1
                [backend.m]
                type = "memory"
                [backend.n]
                type = "nfs"
                server = "127.0.0.1"
                port = %d
                export = "/archive"
                [[device]]
                tag = "tenant"
                mounts = { "/" = "m", "/n" = "n" }
                transport = { type = "vhost-user", socket = "%s/s" }
                """.formatted(port, folder));
        assertThat(run("check", file.toString())).isZero();
        assertThat(run("check", "--connect", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("backend n: NFS server 127.0.0.1 port " + port + " refuses connections");
    }

    @Test
    void aFileThatIsNotThereIsOneSentenceAndAStackTraceOnlyWhenAskedFor() {
        assertThat(run("check", folder + "/none")).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("configuration file " + folder + "/none does not exist");
        assertThat(run("check", "-v", folder + "/none")).isEqualTo(2);
        assertThat(err.toString()).contains("NoSuchFileException", "\tat ");
    }
}
