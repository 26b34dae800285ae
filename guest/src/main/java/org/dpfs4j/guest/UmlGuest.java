package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A guest that is an ordinary process: User-mode Linux with its virtio driver for vhost-user, one cpu, at native speed.
 * The server must offer the
 * configuration space (the driver reads the tag from it).
 */
public final class UmlGuest extends ProcessGuest {
    /** The virtio device type of a file system. */
    private static final int FILE_SYSTEM = 26;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private UmlGuest(Path home, GuestProcess process) {
        super(home, process);
    }

    /** Boots a guest whose share is served at {@code socket}, which must already listen. */
    public static UmlGuest start(GuestCache cache, GuestOptions options, Path socket, GuestListener listener)
            throws GuestUnavailable {
        if (!options.kernel().source().userMode()) {
            throw new IllegalArgumentException(
                    "not a user-mode kernel: " + options.kernel().release());
        }
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        options.workloads().forEach(workload -> tools.addAll(workload.tools()));
        Path root = new Toolbox(cache).root(tools);
        try {
            Path home = Files.createTempDirectory("dpfs4j-guest");
            try {
                Initramfs.write(home.resolve("initramfs"), root, options);
                var process = new GuestProcess(
                        words(options, home, socket), environment(home), home, options.workloads(), listener);
                return new UmlGuest(home, process);
            } catch (IOException e) {
                GuestCache.delete(home);
                throw e;
            }
        } catch (IOException e) {
            throw new GuestUnavailable("User-mode Linux cannot be started: " + e.getMessage(), e);
        }
    }

    private static List<String> words(GuestOptions options, Path home, Path socket) {
        return List.of(
                options.kernel().image().toString(),
                "mem=" + options.memoryMib() + "M",
                "initrd=" + home.resolve("initramfs"),
                "virtio_uml.device=" + socket + ":" + FILE_SYSTEM,
                "uml_dir=" + home.resolve("uml"),
                "con0=null,fd:1",
                "con=null",
                "ssl=null",
                "loglevel=5",
                "panic=-1");
    }

    /** Guest memory is a file in {@code TMPDIR}, which must allow executable mappings. */
    private static Map<String, String> environment(Path home) {
        Path temporary = Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : home;
        return Map.of("TMPDIR", temporary.toString());
    }
}
