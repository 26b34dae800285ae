package org.dpfs4j.app.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dpfs4j.io.Syscall;

/**
 * The program that this process runs, as the kernel knows it, to be executed once more: Java with all the options that it
 * was given, and the files that it needs to run at all.
 *
 * @param executable the file that the kernel started
 * @param words the command line
 * @param environment as it was when the process started
 */
record Program(Path executable, List<byte[]> words, List<byte[]> environment) {
    private static final Path SELF = Path.of("/proc/self");
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;

    /** The launcher has the same; docs/decisions/014-startup.md has the measurements. */
    static final List<String> SERVING =
            List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmn8m", "-XX:CompileThresholdScaling=5");

    /** Where Java looks for more options. */
    private static final List<String> OPTION_VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** How many options before this one are for stage 0 alone. */
    static final String FIRST = "dpfs4j.first";

    private static final Pattern MARK = Pattern.compile("-D" + Pattern.quote(FIRST) + "=(\\d{1,2})");

    /** How words begin that name a file that Java reads before anything else: more options, and what it remembers of classes. */
    private static final List<String> OPTIONS_WITH_FILE = List.of("@", "-XX:AOTCache=");

    /** What the C library and Java look for; what a system does not have is left out. */
    private static final List<Path> SYSTEM = Stream.of(
                    "/lib",
                    "/lib64",
                    "/usr/lib",
                    "/usr/lib64",
                    "/etc/ld.so.cache",
                    "/etc/nsswitch.conf",
                    "/etc/passwd",
                    "/etc/group",
                    "/etc/localtime",
                    "/sys/fs/cgroup",
                    "/sys/devices/system",
                    "/sys/kernel/mm/transparent_hugepage")
            .map(Path::of)
            .toList();

    private static final List<Path> DEVICES = Stream.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
            .map(Path::of)
            .toList();

    static Program current() throws IOException {
        return new Program(
                SELF.resolve("exe").toRealPath(), texts(SELF.resolve("cmdline")), texts(SELF.resolve("environ")));
    }

    private static List<byte[]> texts(Path file) throws IOException {
        var texts = new ArrayList<byte[]>();
        var all = Files.readAllBytes(file);
        for (int start = 0; start < all.length; ) {
            var end = start;
            while (end < all.length && all[end] != 0) {
                end++;
            }
            texts.add(Arrays.copyOfRange(all, start, end));
            start = end + 1;
        }
        return texts;
    }

    /** The same, executed by another program that is given this one's command line. */
    Program startedBy(Path other, String... options) {
        var longer = new ArrayList<byte[]>();
        longer.add(bytes(other.toString()));
        for (var option : options) {
            longer.add(bytes(option));
        }
        longer.add(bytes(executable.toString()));
        longer.addAll(words.subList(1, words.size()));
        return new Program(other, longer, environment);
    }

    /** The same that is told how far it has come, and with a time zone that needs no files. */
    Program with(Stage stage) {
        var larger = new ArrayList<>(environment);
        larger.removeIf(each -> isVariable(each, Stage.VARIABLE));
        larger.add(bytes(Stage.VARIABLE + "=" + stage.word()));
        if (larger.stream().noneMatch(each -> isVariable(each, "TZ"))) {
            larger.add(bytes("TZ=" + TimeZone.getDefault().getID()));
        }
        return new Program(executable, words, larger);
    }

    /** The same without the options that are for stage 0 alone, and with what a server is best served by. */
    Program toServe() {
        var serving = new ArrayList<byte[]>();
        serving.add(words.getFirst());
        if (!choosesOptions()) {
            SERVING.forEach(option -> serving.add(bytes(option)));
        }
        for (var word : words.subList(1, words.size())) {
            var mark = MARK.matcher(new String(word, StandardCharsets.ISO_8859_1));
            if (mark.matches()) {
                var own = Math.min(Integer.parseInt(mark.group(1)), serving.size() - 1);
                serving.subList(serving.size() - own, serving.size()).clear();
            } else {
                serving.add(word);
            }
        }
        return new Program(executable, serving, environment);
    }

    /** Whether who started this Java thought about its options; two garbage collectors, for one, are an error. */
    private boolean choosesOptions() {
        return words.stream().anyMatch(word -> startsWith(word, "-X") || startsWith(word, "@"))
                || environment.stream()
                        .anyMatch(each -> OPTION_VARIABLES.stream().anyMatch(name -> isVariable(each, name))
                                && new String(each, StandardCharsets.ISO_8859_1).contains("-X"));
    }

    private static boolean startsWith(byte[] word, String beginning) {
        return new String(word, StandardCharsets.ISO_8859_1).startsWith(beginning);
    }

    /** The same, of which only the execution fails. */
    Program nowhere() {
        return new Program(Path.of("/"), words, environment);
    }

    private static boolean isVariable(byte[] assignment, String name) {
        return new String(assignment, StandardCharsets.ISO_8859_1).startsWith(name + "=");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Where its files are. */
    Collection<Place> places() throws IOException {
        var paths = new LinkedHashSet<>(SYSTEM);
        for (var word : toServe().words) {
            var text = new String(word, StandardCharsets.UTF_8);
            for (var prefix : OPTIONS_WITH_FILE) {
                if (text.startsWith(prefix) && text.length() > prefix.length()) {
                    paths.add(Path.of(text.substring(prefix.length())).toAbsolutePath());
                }
            }
        }
        var home = Path.of(System.getProperty("java.home")).toAbsolutePath();
        paths.add(home);
        paths.add(home.toRealPath());
        addLinksOutOf(home.toRealPath(), paths);
        for (var property : List.of("java.class.path", "jdk.module.path", "jdk.module.upgrade.path")) {
            for (var part : System.getProperty(property, "").split(":", -1)) {
                if (!part.isEmpty()) {
                    paths.add(Path.of(part).toAbsolutePath());
                }
            }
        }
        addMapped(paths);
        var places = new ArrayList<Place>();
        paths.forEach(path -> places.add(new Place(path, Access.READ)));
        DEVICES.forEach(path -> places.add(new Place(path, Access.SPECIAL)));
        return places;
    }

    /** Some distributions keep a JDK's configuration and certificates elsewhere; what else a JDK has is not looked at when it runs. */
    private static void addLinksOutOf(Path home, Set<Path> paths) throws IOException {
        for (var folder : List.of("conf", "lib")) {
            try (var files = Files.walk(home.resolve(folder))) {
                for (var file : (Iterable<Path>) files::iterator) {
                    addLinkOutOf(home, file, paths);
                }
            }
        }
    }

    private static void addLinkOutOf(Path home, Path file, Set<Path> paths) throws IOException {
        if (Files.isSymbolicLink(file) && Files.exists(file)) {
            var target = file.getParent().resolve(Files.readSymbolicLink(file)).normalize();
            if (!target.startsWith(home)) {
                paths.add(target);
            }
        }
    }

    /** Libraries that the loader found elsewhere. */
    private static void addMapped(Set<Path> paths) throws IOException {
        try (var lines = Files.lines(SELF.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            lines.map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
                    .filter(path -> path.endsWith(".so") || path.contains(".so."))
                    .map(Path::of)
                    .filter(Files::isRegularFile)
                    .forEach(paths::add);
        }
    }

    /** Replaces the process by this program; of its descriptors, only the standard ones and {@code kept} stay open. */
    void execute(Kernel kernel, Set<Integer> kept) throws NotIsolated {
        closeOthersOnExecution(kernel, kept);
        // The JVM's threads block signals of their own that its next incarnation must hear.
        kernel.call(
                Ground.RT_SIGPROCMASK, SIG_SETMASK, kernel.memory(SIGSET_BYTES).address(), 0, SIGSET_BYTES);
        Kernel.require(
                "executing " + executable + " again",
                kernel.call(StartCall.EXECVE, kernel.text(executable), kernel.texts(words), kernel.texts(environment)));
    }

    private static void closeOthersOnExecution(Kernel kernel, Set<Integer> kept) throws NotIsolated {
        try (var numbers = Files.list(SELF.resolve("fd"))) {
            for (var path : numbers.toList()) {
                var number = Integer.parseInt(path.getFileName().toString());
                if (number > 2) {
                    kernel.call(Syscall.FCNTL, number, F_SETFD, kept.contains(number) ? 0 : FD_CLOEXEC);
                }
            }
        } catch (IOException e) {
            throw new NotIsolated("descriptors cannot be listed", e);
        }
    }
}
