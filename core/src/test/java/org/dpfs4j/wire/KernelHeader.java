package org.dpfs4j.wire;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Long by the words of its C probe. The kernel's headers as the C compiler understands them. Where they come from,
 * first found wins: the folder named by the property or variable DPFS4J_FUSE_H (it holds {@code linux/fuse.h}), the
 * newest package linux-libc-dev of the machine's Debian mirror (fetched once into target), the machine's own {@code
 * /usr/include}.
 */
public final class KernelHeader {
    private static final String INCLUDES = """
            #include <linux/stat.h>
            #include <linux/types.h>
            #include <linux/falloc.h>
            #include <linux/xattr.h>
            #include <linux/errno.h>
            #include <asm/fcntl.h>
            #include <asm/statfs.h>
            #include <linux/fs.h>
            #include <linux/fuse.h>
            #include <stddef.h>
            #include <stdio.h>
            """;

    /** C's view of a constant: 32-bit values without their sign, as Java compares them. */
    private static final String UNSIGNED =
            "#define UNSIGNED(x) (sizeof(x) == 4 ? (unsigned long long) (uint32_t) (x) : (unsigned long long) (x))\n";

    private static final Pattern STRUCT = Pattern.compile("struct (\\w+) \\{([^}]*)\\}");
    private static final Pattern ENUM = Pattern.compile("enum (\\w+) \\{([^}]*)\\}");
    private static final Pattern MACRO = Pattern.compile("#define (\\w+) .*");
    private static final Pattern WORD = Pattern.compile("\\w+");

    private final Path folder;
    private final String machine;
    private final Path work;
    private final Map<String, Set<String>> structs = new TreeMap<>();
    private final Map<String, Set<String>> enums = new TreeMap<>();
    private final Set<String> macros = new TreeSet<>();

    private KernelHeader(Path folder, String machine, Path work) {
        this.folder = folder;
        this.machine = machine;
        this.work = work;
        String text = compiler("-E", "-P");
        STRUCT.matcher(text).results().forEach(m -> structs.put(m.group(1), words(m.group(2))));
        ENUM.matcher(text).results().forEach(m -> enums.put(m.group(1), words(m.group(2))));
        MACRO.matcher(compiler("-E", "-dM")).results().forEach(m -> macros.add(m.group(1)));
    }

    /** The newest headers there are; skips the test when there are none or no C compiler. */
    public static KernelHeader newest() throws IOException {
        return of(machine(), newestFolder());
    }

    /**
     * The newest headers for another processor, or the test is skipped: only Debian's package has them for every one.
     */
    public static KernelHeader newest(String machine) throws IOException {
        var folder = newestFolder();
        if (!Files.exists(folder.resolve(machine).resolve("asm/fcntl.h"))) {
            abort("no headers for " + machine + " in " + folder);
        }
        return of(machine, folder);
    }

    private static KernelHeader of(String machine, Path folder) throws IOException {
        if (!Files.exists(folder.resolve("linux/fuse.h"))) {
            abort("no linux/fuse.h in " + folder + " to compare the layouts with (package linux-libc-dev)");
        }
        return new KernelHeader(folder, machine, Files.createDirectories(target().resolve("wire-probe")));
    }

    private static String machine() {
        try {
            return run(List.of("gcc", "-dumpmachine")).strip();
        } catch (IOException e) {
            return abort("no C compiler (gcc), so the layouts cannot be compared with linux/fuse.h: " + e.getMessage());
        }
    }

    private static Path newestFolder() {
        var named = System.getProperty("DPFS4J_FUSE_H", System.getenv("DPFS4J_FUSE_H"));
        if (named != null) {
            return Path.of(named);
        }
        var fetched = target().resolve("kernel-headers");
        var include = fetched.resolve("include");
        if (!Files.exists(include.resolve("linux/fuse.h"))) {
            try {
                run(List.of("sh", scripts().resolve("fetch-fuse-header.sh").toString(), fetched.toString()));
            } catch (IOException e) {
                System.out.println(
                        ">> wire: the newest kernel headers cannot be had, so the machine's: " + e.getMessage());
                return Path.of("/usr/include");
            }
        }
        return include;
    }

    private static Path target() {
        return Path.of(System.getProperty("basedir", "."), "target").toAbsolutePath();
    }

    private static Path scripts() {
        return Path.of(System.getProperty("basedir", "."), "src/test/scripts").toAbsolutePath();
    }

    /** Where the headers lie. */
    public Path folder() {
        return folder;
    }

    /** The minor protocol version. */
    public int minor() throws IOException {
        return Math.toIntExact(constants(Set.of("FUSE_KERNEL_MINOR_VERSION")).get("FUSE_KERNEL_MINOR_VERSION"));
    }

    /** The values of an enumeration. */
    public Set<String> enumerators(String name) {
        var result = new TreeSet<>(enums.getOrDefault(name, Set.of()));
        result.removeIf(word -> Character.isDigit(word.charAt(0)));
        return result;
    }

    /** All structures that begin with this. */
    public Set<String> structs(String prefix) {
        var result = new TreeSet<>(structs.keySet());
        result.removeIf(name -> !name.startsWith(prefix));
        return result;
    }

    /** All macros that begin with this. */
    public Set<String> macros(String prefix) {
        var result = new TreeSet<>(macros);
        result.removeIf(name -> !name.startsWith(prefix));
        return result;
    }

    /** What C says of the constants that this header has; 32-bit values without their sign. */
    public Map<String, Long> constants(Set<String> names) throws IOException {
        var known = new HashSet<>(macros);
        enums.values().forEach(known::addAll);
        var probe = new StringBuilder();
        for (var name : names) {
            if (known.contains(name)) {
                probe.append("printf(\"%s %llu\\n\", \"" + name + "\", UNSIGNED(" + name + "));\n");
            }
        }
        var values = new HashMap<String, Long>();
        for (var line : compiled(probe).lines().toList()) {
            var words = line.split(" ", 2);
            values.put(words[0], Long.parseUnsignedLong(words[1]));
        }
        return values;
    }

    /**
     * What C says of a structure, in the words of {@link #describe}; without members that this header does not have.
     */
    public Map<String, List<String>> structs(Map<String, StructLayout> layouts) throws IOException {
        var probe = new StringBuilder();
        layouts.forEach((name, layout) -> {
            if (structs.containsKey(name)) {
                probe.append("printf(\"%s sizeof %zu\\n\", \"" + name + "\", sizeof(struct " + name + "));\n");
            }
            for (var member : members(layout)) {
                if (structs.getOrDefault(name, Set.of()).contains(member)) {
                    probe.append("printf(\"%s %s %zu %zu\\n\", \"" + name + "\", \"" + member + "\", offsetof(struct "
                            + name + ", " + member + "), sizeof(((struct " + name + " *) 0)->" + member + "));\n");
                }
            }
        });
        var described = new TreeMap<String, List<String>>();
        for (var line : compiled(probe).lines().toList()) {
            var words = line.split(" ", 2);
            described.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(words[1]);
        }
        return described;
    }

    /** A layout of ours: its size, then of each member name, offset and size. */
    public static List<String> describe(StructLayout layout) {
        var lines = new ArrayList<>(List.of("sizeof " + layout.byteSize()));
        for (var member : members(layout)) {
            var path = PathElement.groupElement(member);
            lines.add(member + " " + layout.byteOffset(path) + " "
                    + layout.select(path).byteSize());
        }
        return lines;
    }

    /** Without arrays: they are room for later versions, which take from them. */
    private static List<String> members(StructLayout layout) {
        return layout.memberLayouts().stream()
                .filter(member -> !(member instanceof SequenceLayout))
                .flatMap(member -> member.name().stream())
                .toList();
    }

    private static Set<String> words(String body) {
        var words = new HashSet<String>();
        WORD.matcher(body).results().forEach(m -> words.add(m.group()));
        return words;
    }

    /** Output of a program that runs these statements. */
    private String compiled(CharSequence statements) throws IOException {
        var source = work.resolve("probe.c");
        var program = work.resolve("probe");
        Files.writeString(source, INCLUDES + UNSIGNED + "int main(void) {\n" + statements + "return 0;\n}\n");
        gcc(source, "-o", program.toString());
        return run(List.of(program.toString()));
    }

    private String compiler(String... options) {
        try {
            var source = Files.writeString(work.resolve("includes.c"), INCLUDES);
            return gcc(source, options);
        } catch (IOException e) {
            throw new IllegalStateException("the kernel's headers do not compile", e);
        }
    }

    private String gcc(Path source, String... options) throws IOException {
        var command = new ArrayList<>(
                List.of("gcc", "-w", "-I", folder.resolve(machine).toString()));
        command.addAll(List.of("-I", folder.toString()));
        command.addAll(List.of(options));
        command.add(source.toString());
        return run(command);
    }

    private static String run(List<String> command) throws IOException {
        var errors = Files.createTempFile("dpfs4j", ".err");
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(errors.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " failed: " + Files.readString(errors));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(errors);
        }
    }
}
