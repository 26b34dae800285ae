package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The modules of one kernel package, and the order in which to load some of them (packages carry no dependency list).
 */
final class ModuleTree {
    private static final String DEPENDS = "\0depends=";

    private final Map<String, Path> files = new HashMap<>();

    ModuleTree(Path modules) throws IOException {
        try (Stream<Path> tree = Files.walk(modules)) {
            tree.filter(file -> file.getFileName().toString().matches(".*\\.ko(\\.xz|\\.zst|\\.gz)?"))
                    .filter(Files::isRegularFile)
                    .forEach(file -> files.put(name(file), file));
        }
    }

    /**
     * The wanted modules and what they depend on, dependencies first; what is built into the kernel does not appear.
     */
    Set<String> loadingOrder(List<String> wanted) throws IOException {
        var order = new LinkedHashSet<String>();
        for (String name : wanted) {
            add(name, order, 0);
        }
        return order;
    }

    /** Writes one module, decompressed, to {@code target}. */
    void extract(String name, Path target) throws IOException {
        Path file = files.get(name);
        String path = file.toString();
        if (path.endsWith(".ko")) {
            Files.copy(file, target);
            return;
        }
        String program = path.endsWith(".xz") ? "xz" : path.endsWith(".zst") ? "zstd" : "gzip";
        if (!Command.exists(program)) {
            throw new IOException(
                    "the kernel's modules are compressed, and the program " + program + " is not installed");
        }
        Command.of(program, "-dc", path).outputTo(target);
    }

    private void add(String name, Set<String> order, int depth) throws IOException {
        if (!files.containsKey(name) || order.contains(name)) {
            return;
        }
        if (depth > files.size()) {
            throw new IOException("module " + name + " depends on itself");
        }
        for (String dependency : dependencies(name)) {
            add(dependency, order, depth + 1);
        }
        order.add(name);
    }

    private List<String> dependencies(String name) throws IOException {
        Path plain = Files.createTempFile("dpfs4j-module", ".ko");
        try {
            Files.delete(plain);
            extract(name, plain);
            String content = Files.readString(plain, StandardCharsets.ISO_8859_1);
            int start = content.indexOf(DEPENDS);
            if (start < 0) {
                return List.of();
            }
            start += DEPENDS.length();
            String names = content.substring(start, content.indexOf('\0', start));
            return Stream.of(names.split(",", -1)).map(ModuleTree::canonical).toList();
        } finally {
            Files.deleteIfExists(plain);
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return canonical(name.substring(0, name.indexOf(".ko")));
    }

    private static String canonical(String name) {
        return name.replace('-', '_');
    }
}
