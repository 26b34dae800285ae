package org.dpfs4j.tck.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The program that does the system calls: {@code agent.c}, compiled where the tests run. */
public final class AgentProgram {
    private AgentProgram() {}

    /** Compiles it into a folder; a folder that has it already keeps it. */
    public static Path compiled(Path folder) throws IOException {
        var program = folder.resolve("posix-agent");
        if (Files.exists(program)) {
            return program;
        }
        var source = folder.resolve("agent.c");
        try (var text = AgentProgram.class.getResourceAsStream("agent.c")) {
            if (text == null) {
                throw new IllegalStateException("missing from the jar: agent.c");
            }
            Files.write(source, text.readAllBytes());
        }
        try {
            var gcc = new ProcessBuilder("gcc", "-O1", "-w", "-static", "-o", program.toString(), source.toString())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!gcc.waitFor(1, TimeUnit.MINUTES) || gcc.exitValue() != 0) {
                gcc.destroyForcibly();
                throw new IOException("agent.c does not compile: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return program;
    }
}
