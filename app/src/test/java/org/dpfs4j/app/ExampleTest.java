package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example configuration is right, and complete. */
class ExampleTest {
    private static final Path EXAMPLE = Path.of(System.getProperty("dpfs4j.root"), "examples", "dpfs4j.toml");
    private static final Pattern OPTIONAL_KEY = Pattern.compile("^#([a-z0-9-]+ = .*)", Pattern.MULTILINE);
    private static final Pattern KEY = Pattern.compile("^#?([a-z0-9-]+) = ", Pattern.MULTILINE);
    private static final Pattern KNOWN = Pattern.compile("\\(known here: (.*)\\)");

    @TempDir
    private Path folder;

    private Assembly assembled(String text) throws IOException, Failure {
        var file = Files.writeString(folder.resolve("example.toml"), text);
        return Assembly.of(SettingsFile.read(file), Providers.found());
    }

    @Test
    void itIsRightAsItStands() throws Exception {
        var assembly = assembled(Files.readString(EXAMPLE));
        assertThat(assembly.devices())
                .extracting(Assembly.Function::tag)
                .containsExactly("scratch", "projects", "here", "tenant");
        assertThat(assembly.devices())
                .extracting(device -> device.transport().address())
                .containsExactly(
                        "/run/dpfs4j/scratch.sock",
                        "/run/dpfs4j/projects.sock",
                        "/mnt/archive",
                        "libvfsp_doca.so pf=0");
        assertThat(assembly.backends()).containsOnlyKeys("local", "archive", "export");
    }

    @Test
    void twoDevicesAtOneSocketAreAnError() throws Exception {
        var text = Files.readString(EXAMPLE).replace("projects.sock", "scratch.sock");
        var failure = catchThrowableOfType(Failure.class, () -> assembled(text));
        assertThat(failure.sentences())
                .singleElement()
                .asString()
                .endsWith("transport is at /run/dpfs4j/scratch.sock, where another device is already");
    }

    @Test
    void everyOptionalKeyInItIsRightToo() throws Exception {
        var text = Files.readString(EXAMPLE)
                .replace("#fd = ", "# exclusive with socket: fd = ")
                .replace("#tls-", "# needs files: tls-");
        assertThat(assembled(OPTIONAL_KEY.matcher(text).replaceAll("$1")).devices())
                .hasSize(4);
    }

    /** An unknown key in each table makes the program say which ones it knows. */
    @Test
    void everyKeyThatTheProgramKnowsIsInIt() throws Exception {
        var text = Files.readString(EXAMPLE);
        var asking = text.replaceAll(
                "(?m)^(\\[\\[?(server|device|device\\.transport|backend\\.local|backend\\.export)\\]\\]?)$",
                "$1\nnonsense = 1");
        var failure = catchThrowableOfType(Failure.class, () -> assembled(asking));
        var known = new TreeSet<String>();
        for (var sentence : failure.sentences()) {
            var match = KNOWN.matcher(sentence);
            assertThat(match.find()).as(sentence).isTrue();
            known.addAll(List.of(match.group(1).split(", ", -1)));
        }
        var documented = new TreeSet<String>();
        KEY.matcher(text).results().forEach(match -> documented.add(match.group(1)));
        assertThat(known).contains("lanes", "tag", "socket", "root");
        documented.add("transport"); // as a table of its own, [device.transport]
        assertThat(documented).isEqualTo(known);
    }
}
