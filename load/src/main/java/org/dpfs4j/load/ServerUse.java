package org.dpfs4j.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server's threads have used so far, those of its child processes too ({@code /proc/PID/task}).
 *
 * @param cpuNanos on a core, by the scheduler's own count
 * @param voluntarySwitches how often they went to sleep
 * @param involuntarySwitches how often they were interrupted
 */
record ServerUse(long cpuNanos, long voluntarySwitches, long involuntarySwitches) {
    private static final ServerUse NOTHING = new ServerUse(0, 0, 0);
    private static final String RESIDENT = "VmRSS:";
    private static final long KIBI = 1024;
    private static final String VOLUNTARY = "voluntary_ctxt_switches:";
    private static final String INVOLUNTARY = "nonvoluntary_ctxt_switches:";

    /** Of a process and its descendants; empty when there is no such process, or its numbers are not for us. */
    static Optional<ServerUse> of(long pid) {
        var process = pid < 1 ? Optional.<ProcessHandle>empty() : ProcessHandle.of(pid);
        return process.map(handle -> Stream.concat(Stream.of(handle), handle.descendants())
                        .flatMap(each -> tasks(each.pid()).stream())
                        .map(ServerUse::ofTask)
                        .reduce(NOTHING, ServerUse::plus))
                .filter(use -> use.cpuNanos > 0);
    }

    /** Resident memory in bytes of a process and its descendants, shared pages counted for each; 0 when it is not known. */
    static long residentBytes(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .mapToLong(process -> residentBytesOf(process.pid()))
                .sum();
    }

    private static long residentBytesOf(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> number(line.replace("kB", ""), RESIDENT) * KIBI)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // It has ended.
        }
    }

    private static List<Path> tasks(long pid) {
        try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return tasks.toList();
        } catch (IOException e) {
            return List.of(); // It has ended.
        }
    }

    private static ServerUse ofTask(Path task) {
        try {
            var schedule = Files.readString(task.resolve("schedstat")).split(" ");
            long voluntary = 0;
            long involuntary = 0;
            for (var line : Files.readAllLines(task.resolve("status"))) {
                if (line.startsWith(VOLUNTARY)) {
                    voluntary = number(line, VOLUNTARY);
                } else if (line.startsWith(INVOLUNTARY)) {
                    involuntary = number(line, INVOLUNTARY);
                }
            }
            return new ServerUse(Long.parseLong(schedule[0].strip()), voluntary, involuntary);
        } catch (IOException | NumberFormatException e) {
            return NOTHING; // The thread has ended, or this kernel does not count.
        }
    }

    private static long number(String line, String label) {
        return Long.parseLong(line.substring(label.length()).strip());
    }

    /** Of both together. */
    ServerUse plus(ServerUse other) {
        return new ServerUse(
                cpuNanos + other.cpuNanos,
                voluntarySwitches + other.voluntarySwitches,
                involuntarySwitches + other.involuntarySwitches);
    }

    /** Since {@code before}; a thread that has ended meanwhile takes its own with it. */
    ServerUse since(ServerUse before) {
        return new ServerUse(
                Math.max(0, cpuNanos - before.cpuNanos),
                Math.max(0, voluntarySwitches - before.voluntarySwitches),
                Math.max(0, involuntarySwitches - before.involuntarySwitches));
    }
}
