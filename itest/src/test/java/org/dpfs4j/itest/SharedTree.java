package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the host puts into a share before a guest runs, and what it must find there afterwards. */
final class SharedTree {
    private static final List<String> MODULES =
            List.of("core/src", "tck/src", "guest/src", "app/src", "pom.xml", "docs");

    private final Path root;

    private SharedTree(Path root) {
        this.root = root;
    }

    /** Fills {@code root} with a source tree (this project's own), a repository made of it, and a file. */
    static SharedTree fill(Path root) throws IOException, InterruptedException {
        Path tree = Files.createDirectories(root.resolve("tree"));
        for (String module : MODULES) {
            if (Files.exists(Project.ROOT.resolve(module))) {
                copy(Project.ROOT.resolve(module), tree.resolve(module));
            }
        }
        Files.writeString(root.resolve("from-host"), "written by the host\n");
        String repository = root.resolve("repository.git").toString();
        git("init", "-q", "--bare", repository);
        git("--git-dir=" + repository, "--work-tree=" + tree, "add", "-A");
        git("--git-dir=" + repository, "--work-tree=" + tree, "commit", "-q", "-m", "A source tree");
        return new SharedTree(root);
    }

    Path root() {
        return root;
    }

    /** After {@code COPY_TREE} and {@code BOTH_SIDES}: what the guest wrote is here, byte for byte. */
    void verify() throws IOException {
        assertThat(contents(root.resolve("tree-copy"))).isEqualTo(contents(root.resolve("tree")));
        assertThat(root.resolve("from-guest")).hasSameBinaryContentAs(root.resolve("from-host"));
        for (String line : Files.readAllLines(root.resolve("from-guest.sha256"))) {
            String[] words = line.split(" +", 2);
            assertThat(Digests.sha256(root.resolve(words[1]))).as(words[1]).isEqualTo(words[0]);
        }
    }

    /** Relative path → digest of every regular file. */
    private static Map<String, String> contents(Path tree) throws IOException {
        var contents = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(tree.relativize(file).toString(), Digests.sha256(file));
            }
        }
        return contents;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), LinkOption.NOFOLLOW_LINKS);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void git(String... words) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("git", "-c", "user.name=host", "-c", "user.email=host@localhost"));
        all.addAll(List.of(words));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", all) + ": " + output);
        }
    }
}
