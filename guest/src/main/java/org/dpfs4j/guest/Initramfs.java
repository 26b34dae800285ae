package org.dpfs4j.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The root file system of a guest: busybox, tools, modules, the init script, and the workloads with their variables.
 */
final class Initramfs {
    /** {@code /etc/passwd}. */
    static final String USERS = "root::0:0::/root:/bin/sh\nuser::1000:1000::/tmp:/bin/sh\n";

    /** {@code /etc/group}. */
    static final String GROUPS = "root::0:\nuser::1000:\nextra::2000:user\n";

    private Initramfs() {}

    /** Writes the archive for a guest that has these {@code tools}. */
    static void write(Path target, Path tools, GuestOptions options) throws IOException {
        try (var cpio = new Cpio(new BufferedOutputStream(Files.newOutputStream(target), 1 << 16))) {
            for (String directory :
                    List.of("dev", "proc", "sys", "tmp", "mnt", "root", "etc", "workloads", "modules")) {
                cpio.directory(directory);
            }
            cpio.characterDevice("dev/console", 5, 1);
            cpio.characterDevice("dev/null", 1, 3);
            cpio.file("init", true, bytes(Workload.text("init.sh")));
            cpio.file("run.sh", false, bytes(Workload.text("run.sh")));
            cpio.file("lib.sh", false, bytes(Workload.text("lib.sh")));
            cpio.file("etc/passwd", false, bytes(USERS));
            cpio.file("etc/group", false, bytes(GROUPS));
            cpio.file("etc/variables", false, bytes(variables(options)));
            for (Path module : options.kernel().modules()) {
                cpio.file("modules/" + module.getFileName(), false, module);
            }
            for (var program : options.programs().entrySet()) {
                cpio.file(program.getKey().substring(1), true, program.getValue());
            }
            int number = 10;
            for (Workload workload : options.workloads()) {
                cpio.file("workloads/" + number++ + "_" + workload.name(), false, bytes(workload.script()));
            }
            tree(cpio, tools);
        }
    }

    private static void tree(Cpio cpio, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String path = root.relativize(file).toString();
                if (Files.isSymbolicLink(file)) {
                    cpio.symlink(path, Files.readSymbolicLink(file).toString());
                } else if (Files.isDirectory(file)) {
                    cpio.directory(path);
                } else {
                    cpio.file(path, true, file);
                }
            }
        }
    }

    private static String variables(GuestOptions options) {
        var all = new TreeMap<>(options.variables());
        all.put("TAG", options.tag());
        // User-mode Linux has no VMM between driver and server: it takes the packed ring when it is offered.
        var packed = options.packed() || options.kernel().source().userMode();
        all.put("PACKED", packed ? "1" : "0");
        return exports(all);
    }

    /** What gives a shell these variables. */
    static String exports(Map<String, String> variables) {
        Map<String, String> all = new TreeMap<>(Map.of("HEAVY", "0"));
        all.putAll(variables);
        var text = new StringBuilder();
        all.forEach((name, value) -> text.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
