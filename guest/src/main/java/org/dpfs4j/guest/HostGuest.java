package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * This machine in the place of a guest: workloads on a mount of its own kernel, in a root directory with a guest's programs,
 * and with mounts and processes that nobody else sees. Needs root.
 */
public final class HostGuest extends ProcessGuest {
    private HostGuest(Path home, GuestProcess process) {
        super(home, process);
    }

    /** Begins to run workloads on what is mounted at {@code mount}, with these shell variables. */
    public static HostGuest start(
            GuestCache cache,
            Path mount,
            List<Workload> workloads,
            Map<String, String> variables,
            GuestListener listener)
            throws GuestUnavailable {
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        workloads.forEach(workload -> tools.addAll(workload.tools()));
        Path programs = new Toolbox(cache).root(tools);
        try {
            Path home = Files.createTempDirectory("dpfs4j-guest");
            try {
                Path root = home.resolve("root");
                fill(root, programs, workloads, variables);
                var words = List.of(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        Workload.text("host.sh"),
                        root.toString(),
                        mount.toString());
                return new HostGuest(home, new GuestProcess(words, Map.of(), home, workloads, listener));
            } catch (IOException e) {
                GuestCache.delete(home);
                throw e;
            }
        } catch (IOException e) {
            throw new GuestUnavailable("workloads cannot be run on this machine: " + e.getMessage(), e);
        }
    }

    private static void fill(Path root, Path programs, List<Workload> workloads, Map<String, String> variables)
            throws IOException {
        Command.of("cp", "-a", programs.toString(), root.toString()).output();
        for (String directory : List.of("dev", "proc", "sys", "tmp", "mnt", "root", "etc", "workloads")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("run.sh"), Workload.text("run.sh"));
        Files.writeString(root.resolve("lib.sh"), Workload.text("lib.sh"));
        Files.writeString(root.resolve("etc/passwd"), Initramfs.USERS);
        Files.writeString(root.resolve("etc/group"), Initramfs.GROUPS);
        Files.writeString(root.resolve("etc/variables"), Initramfs.exports(variables));
        int number = 10;
        for (Workload workload : workloads) {
            Files.writeString(root.resolve("workloads/" + number++ + "_" + workload.name()), workload.script());
        }
    }
}
