package org.dpfs4j.itest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attributes, access control lists, set-id bits and mapped mounts, as programs in a guest find them. */
class AccessIT {
    private static final Workload ACCESS = Workload.of("access", """
            workdir work
            chmod 777 .
            check "access as on a local disk" "$MNT/access"
            """);

    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource(
            value = KernelSource.class,
            names = {"DEBIAN_12", "NEWEST"})
    void programsFindWhatALocalDiskWouldShowThem(KernelSource kernel) throws Exception {
        var share = Files.createDirectories(home.resolve("share"));
        compile(share.resolve("access"));
        var socket = home.resolve("share.sock");
        var options = Guests.options(kernel, List.of(ACCESS));
        // Attributes of trusted., which only a server with this capability may set on the host, are among what is
        // tried.
        try (var server = ShareServer.configured(home, """
                        [server]
                        modcaps = "+sys_admin"

                        [[device]]
                        tag = "%s"
                        transport = { type = "vhost-user", socket = "%s" }
                        backend = "local"

                        [backend.local]
                        type = "uring"
                        root = "%s"
                        posix-acl = "always"
                        """.formatted(Guests.TAG, socket, share), socket);
                var guest = Guests.boot(options, server.socket(), GuestListener.NONE)) {
            Guests.passes("access: " + options.describe(), guest);
        }
    }

    private void compile(Path program) throws IOException, InterruptedException {
        var source = home.resolve("access.c");
        try (InputStream text = AccessIT.class.getResourceAsStream("access.c")) {
            Files.copy(text, source);
        }
        var compiler = new ProcessBuilder("gcc", "-static", "-O1", "-w", "-o", program.toString(), source.toString());
        compiler.redirectErrorStream(true);
        try {
            var process = compiler.start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Assumptions.assumeTrue(process.waitFor() == 0, "gcc -static does not work here: " + said);
        } catch (IOException e) {
            Assumptions.abort("no gcc here: " + e.getMessage());
        }
    }
}
