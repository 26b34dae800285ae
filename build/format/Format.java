import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Checks or rewrites the format of every Java source below a directory: {@code Format check|write ROOT MEMORY}. MEMORY is
 * a file with the digests of texts already known to be in format, so that a build pays only for what changed.
 */
final class Format {
    private static final Style STYLE = Style.PALANTIR;
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".dpfs4j");

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(STYLE).formatJavadoc(false).build());

    void main(String[] args) throws Exception {
        try {
            run(args);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private void run(String[] args) throws IOException, NoSuchAlgorithmException {
        var write = args[0].equals("write");
        var root = Path.of(args[1]);
        var memory = Path.of(args[2]);
        var known = Files.exists(memory) ? Set.copyOf(Files.readAllLines(memory)) : Set.<String>of();
        var inFormat = new HashSet<String>();
        var wrong = new TreeSet<String>();
        for (var file : sources(root)) {
            var text = Files.readString(file);
            if (known.contains(digest(text))) {
                inFormat.add(digest(text));
                continue;
            }
            var formatted = formatted(file, text);
            inFormat.add(digest(formatted));
            if (!formatted.equals(text)) {
                wrong.add(root.relativize(file).toString());
                if (write) {
                    Files.writeString(file, formatted);
                }
            }
        }
        Files.createDirectories(memory.getParent());
        Files.write(memory, inFormat);
        for (var file : wrong) {
            IO.println((write ? "formatted: " : "not in format: ") + file);
        }
        if (!write && !wrong.isEmpty()) {
            IO.println(wrong.size() + " file(s) are not in format; ./dpfs4j format rewrites them.");
            System.exit(1);
        }
    }

    private String formatted(Path file, String text) throws IOException {
        try {
            var imports = ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), STYLE);
            return formatter.formatSource(imports);
        } catch (FormatterException e) {
            // The formatter does not know the bare unnamed pattern: Point(_, var y).
            var hint = e.getMessage().contains("expected token: '_'") ? " (write var _ inside a record pattern)" : "";
            throw new IOException(file + ":" + e.getMessage() + hint, e);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> Stream.iterate(root.relativize(path), part -> part != null, Path::getParent)
                            .noneMatch(
                                    part -> NOT_OURS.contains(part.getFileName().toString())))
                    .toList();
        }
    }

    /** The digest names the text and the formatter: a new version of the formatter checks everything again. */
    private static String digest(String text) throws NoSuchAlgorithmException {
        var sha = MessageDigest.getInstance("SHA-256");
        sha.update(Formatter.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()
                .getBytes());
        return HexFormat.of().formatHex(sha.digest(text.getBytes()));
    }
}
