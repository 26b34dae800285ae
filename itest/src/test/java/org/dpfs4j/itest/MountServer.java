package org.dpfs4j.itest;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server process that mounts one tree on this machine.
 *
 * @param mount where
 * @param process the server
 * @param log where it writes its log
 */
record MountServer(Path mount, Process process, Path log) implements AutoCloseable {
    /** {@code MNT_DETACH} of linux/mount.h. */
    private static final int DETACH = 2;

    private static final int LIMIT_SECONDS = 60;

    /** Mounts {@code share} in {@code home}. */
    static MountServer start(Path home, Path share, String... options) throws IOException, InterruptedException {
        var mount = Files.createDirectory(home.resolve("mount"));
        var words = ShareServer.command("mount");
        words.addAll(1, ShareServer.STEADY);
        words.addAll(List.of(options));
        words.addAll(List.of("--shared-dir", share.toString(), "-o", "dev,suid", mount.toString()));
        return start(words, mount, home.resolve("server.log"));
    }

    /** Mounts what is behind {@code backing} at {@code name} in {@code home}; a server of the same name has the same identity. */
    static MountServer start(Path home, String name, Backing backing) throws IOException, InterruptedException {
        var mount = Files.createDirectories(home.resolve(name));
        var config = Files.writeString(home.resolve(name + ".toml"), """
                [[device]]
                tag = "%s"
                transport = { type = "fuse", mount-point = "%s", allow-other = true, options = "dev,suid" }
                backend = "share"

                [backend.share]
                %s
                """.formatted(name, mount, backing.lines()));
        var words = ShareServer.command("serve");
        words.addAll(List.of("--config", config.toString()));
        return start(words, mount, home.resolve(name + ".log"));
    }

    private static MountServer start(List<String> words, Path mount, Path log)
            throws IOException, InterruptedException {
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var server = new MountServer(mount, process, log);
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS); !server.isMounted(); ) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("not mounted:\n" + server.said());
            }
            Thread.sleep(20);
        }
        return server;
    }

    /** What the server wrote to its log so far. */
    String said() throws IOException {
        return Files.readString(log);
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
            detach(mount);
        }
    }

    /**
     * By the system call: a process that is started has all open files of the tests at first, closes them, and would wait for
     * those on mounts whose own server is away.
     */
    private static void detach(Path mount) throws IOException {
        var linker = Linker.nativeLinker();
        var umount = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("umount2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            if ((int) umount.invokeExact(arena.allocateFrom(mount.toString()), DETACH) != 0) {
                throw new IOException("cannot unmount " + mount);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
