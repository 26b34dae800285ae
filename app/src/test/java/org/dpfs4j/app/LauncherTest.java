package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the launcher starts Java, in a folder of its own with a jar that is none and a Java that notes how it was called: with
 * an AOT cache that nobody else could have made, and without one rather than not at all.
 */
class LauncherTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("dpfs4j.root"), "dpfs4j");

    /** What it was called with, a line each time; a cache is made as Java makes it. */
    private static final String JAVA = """
            #!/bin/sh
            echo "$*" >>"$CALLS"
            for word; do
                case $word in
                    -XX:AOTCacheOutput=*)
                        [ -z "$FAILING" ] || exit 1
                        echo classes >"${word#*=}"
                        ;;
                esac
            done
            """;

    @TempDir
    private Path folder;

    private Path root;
    private Path home;

    @BeforeEach
    void makeAFolderToLaunchFrom() throws IOException {
        assumeTrue(Files.isReadable(LAUNCHER), "needs the project's folder");
        root = Files.createDirectory(folder.resolve("root"));
        home = Files.createDirectory(folder.resolve("home"));
        Files.copy(LAUNCHER, root.resolve("dpfs4j"));
        Files.createDirectories(root.resolve("app/target"));
        Files.writeString(root.resolve("app/target/dpfs4j.jar"), "no jar");
        var jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"25.0.1\"\n");
        for (var program : List.of("java", "javac")) {
            Files.writeString(jdk.resolve(program), JAVA);
            mode(jdk.resolve(program), "rwxr-xr-x");
        }
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static ProcessBuilder prepared(Path root, Path folder, String... words) {
        var builder = new ProcessBuilder("bash", root.resolve("dpfs4j").toString());
        builder.command().addAll(List.of(words));
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", folder.resolve("jdk").toString(),
                        "HOME", folder.resolve("home").toString(),
                        "CALLS", folder.resolve("calls").toString()));
        List.of("XDG_CACHE_HOME", "DPFS4J_AOT", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
                .forEach(builder.environment()::remove);
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
    }

    /** Launches and tells how Java was called since. */
    private List<String> launch(ProcessBuilder builder) throws Exception {
        Files.deleteIfExists(folder.resolve("calls"));
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> output()).isZero();
        return Files.readAllLines(folder.resolve("calls"));
    }

    private List<String> serve() throws Exception {
        return launch(prepared(root, folder, "serve", "--tag=x"));
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The only cache of a kind, the server's or that of the first Java. */
    private static Path cacheOf(Path place, String kind) throws IOException {
        try (var files = Files.walk(place)) {
            var caches = files.filter(file -> file.toString().endsWith(".aot")
                            && file.getFileName().toString().startsWith(kind + "."))
                    .toList();
            assertThat(caches).hasSize(1);
            return caches.getFirst();
        }
    }

    private static Path cacheOf(Path place) throws IOException {
        return cacheOf(place, "server");
    }

    private void assertMadeAndUsed(List<String> calls, Path place) throws IOException {
        assertThat(calls).hasSize(3);
        assertThat(calls.get(0)).contains("-XX:AOTCacheOutput=" + place).endsWith(" rehearse");
        assertThat(calls.get(1)).contains("-XX:AOTCacheOutput=" + place).endsWith(" rehearse --first");
        assertUsed(calls.subList(2, 3), place);
    }

    /** The first Java takes the last one. */
    private static void assertUsed(List<String> calls, Path place) throws IOException {
        assertThat(calls)
                .singleElement()
                .asString()
                .containsSubsequence(
                        " -XX:AOTCache=" + cacheOf(place) + " ",
                        " -XX:AOTCache=" + cacheOf(place, "first") + " -Ddpfs4j.first=3 ");
    }

    private static void assertNotUsed(List<String> calls) {
        assertThat(calls).singleElement().asString().doesNotContain("AOTCache").endsWith(" serve --tag=x");
    }

    @Test
    void theFirstStartMakesTheCacheAndAllUseIt() throws Exception {
        assertMadeAndUsed(serve(), root);
        assertUsed(serve(), root);
        assertThat(output()).isEmpty();
    }

    @Test
    void anotherJarOrAnotherJavaMakesAnother() throws Exception {
        serve();
        var first = cacheOf(root);
        Files.writeString(root.resolve("app/target/dpfs4j.jar"), "another jar");
        assertMadeAndUsed(serve(), root);
        assertThat(first).doesNotExist();
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.2\"\n");
        assertMadeAndUsed(serve(), root);
    }

    @Test
    void aCacheThatWasCutIsMadeAgain() throws Exception {
        serve();
        Files.writeString(cacheOf(root), "cl");
        Files.writeString(cacheOf(root, "first"), "cl");
        assertMadeAndUsed(serve(), root);
    }

    @Test
    void aCacheThatOthersMayWriteIsNotUsedButMadeAgain() throws Exception {
        serve();
        mode(cacheOf(root), "rw-r--rw-");
        mode(cacheOf(root, "first"), "rw-r--rw-");
        assertMadeAndUsed(serve(), root);
        assertThat(output()).contains("could be somebody else's and is not used");
        assertThat(Files.getPosixFilePermissions(cacheOf(root)))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void aFolderThatOthersMayWriteHoldsNone() throws Exception {
        serve();
        mode(cacheOf(root).getParent(), "rwxrwxr-x");
        assertMadeAndUsed(serve(), home);
    }

    @Test
    void whereNoneCanBeWrittenJavaStartsWithout() throws Exception {
        Files.writeString(root.resolve(".dpfs4j"), "no folder");
        Files.writeString(home.resolve(".cache"), "no folder");
        assertNotUsed(serve());
    }

    @Test
    void whatCouldNotBeMadeIsNotTriedAtEachStart() throws Exception {
        var failing = prepared(root, folder, "serve", "--tag=x");
        failing.environment().put("FAILING", "yes");
        assertThat(launch(failing)).hasSize(3).last().asString().doesNotContain("AOTCache");
        assertNotUsed(serve());
    }

    @Test
    void twoThatStartAtOnceBothServe() throws Exception {
        var other = prepared(root, folder, "serve", "--tag=y").start();
        serve();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isZero();
        assertUsed(serve(), root);
    }

    @Test
    void whoDoesNotWantItHasNone() throws Exception {
        var without = prepared(root, folder, "serve", "--tag=x");
        without.environment().put("DPFS4J_AOT", "off");
        assertNotUsed(launch(without));
    }

    /** Two choices of a garbage collector are an error. */
    @Test
    void optionsOfTheEnvironmentAreNotAddedTo() throws Exception {
        serve();
        var chosen = prepared(root, folder, "serve", "--tag=x");
        chosen.environment().put("JAVA_TOOL_OPTIONS", "-XX:+UseZGC");
        assertThat(launch(chosen))
                .singleElement()
                .asString()
                .doesNotContain("GC")
                .contains("AOTCache");
    }

    @Test
    void aMountHasNoOptionsOfAFirstJava() throws Exception {
        assertThat(launch(prepared(root, folder, "mount", "/x")))
                .last()
                .asString()
                .doesNotContain("dpfs4j.first");
        assertThat(serve()).last().asString().contains(" -Ddpfs4j.first=3 ");
    }
}
