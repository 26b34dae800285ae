package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Numbers of system calls against the kernel's headers of this machine. */
class NumbersTest {
    private static final Pattern LINE = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

    private static Map<String, Long> header() throws Exception {
        var file = Stream.of(
                        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
                        "/usr/include/asm/unistd_64.h",
                        "/usr/include/asm-generic/unistd.h")
                .skip(Processor.IS_AARCH64 ? 2 : 0)
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
        assumeTrue(file.isPresent(), "the kernel's headers are not installed");
        var numbers = new HashMap<String, Long>();
        LINE.matcher(Files.readString(file.get()))
                .results()
                .forEach(match -> numbers.put(match.group(1), Long.valueOf(match.group(2))));
        return numbers;
    }

    @Test
    void theyAreThoseOfTheHeaders() throws Exception {
        var header = header();
        for (var call : Ground.values()) {
            var name = call.name().toLowerCase(Locale.ROOT);
            if (call.exists() && header.containsKey(name)) {
                assertThat((long) call.number()).as(name).isEqualTo(header.get(name));
            }
        }
        for (var call : StartCall.values()) {
            var name = call.name().toLowerCase(Locale.ROOT);
            if (header.containsKey(name)) {
                assertThat(call.number()).as(name).isEqualTo(header.get(name));
            }
        }
        assertThat(header).containsKeys("futex", "execve");
    }
}
