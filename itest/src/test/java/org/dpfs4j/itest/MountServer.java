package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server process that mounts one directory on this machine.
 *
 * @param mount where
 * @param process the server
 */
record MountServer(Path mount, Process process) implements AutoCloseable {
    private static final int LIMIT_SECONDS = 60;

    /** Mounts {@code share} in {@code home}. */
    static MountServer start(Path home, Path share, String... options) throws IOException, InterruptedException {
        var mount = Files.createDirectory(home.resolve("mount"));
        var log = home.resolve("server.log");
        var words = ShareServer.command("mount");
        words.addAll(1, ShareServer.STEADY);
        words.addAll(List.of(options));
        words.addAll(List.of("--shared-dir", share.toString(), "-o", "dev,suid", mount.toString()));
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var server = new MountServer(mount, process);
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS); !server.isMounted(); ) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("not mounted:\n" + Files.readString(log));
            }
            Thread.sleep(20);
        }
        return server;
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + mount + " ");
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process by SIGTERM and gives its status. */
    int stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the server did not end within " + LIMIT_SECONDS + " s of SIGTERM");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        if (isMounted()) {
            new ProcessBuilder("umount", "-l", mount.toString())
                    .start()
                    .onExit()
                    .join();
        }
    }
}
