package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpfs4j.load.Bench;
import org.dpfs4j.load.Case;
import org.dpfs4j.load.CaseResult;
import org.dpfs4j.load.Contestant;
import org.dpfs4j.load.Json;
import org.dpfs4j.load.Plot;
import org.dpfs4j.load.Report;
import org.dpfs4j.load.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench}: drives any vhost-user-fs server as a Linux guest does, and says how fast it is. */
@Command(
        name = "bench",
        description = {
            "Drives a vhost-user-fs server, this one or another, as the Linux driver in a virtual machine does, and measures "
                    + "it; or compares servers on one directory. Works in a new directory of the share and removes it.",
            "A case is [ev-][think-]WORKLOAD[-BLOCK][-qdDEPTH][-direct], for example randread-4k-qd16: ev- sleeps until it "
                    + "is called, think- pauses for 30 us before each operation."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class BenchCommand implements Callable<Integer> {
    private static final Pattern LABELLED =
            Pattern.compile("(?<label>[a-z][a-z0-9.-]{0,11})=(?<command>.*)", Pattern.DOTALL);
    private static final Pattern KEPT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Set<Integer> SPLIT_SIZES = Set.of(16, 32, 64, 128, 256, 512, 1024);

    private static final double SECONDS_LEAST = 0.001;
    private static final double SECONDS_MOST = 86_400;
    private static final int QUEUES_MOST = 64;

    private enum Ring {
        split,
        packed
    }

    private enum FrontEnd {
        poll,
        sleep
    }

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(names = "--socket", paramLabel = "SOCKET", description = "Where the server listens.")
    private Path socket;

    @Option(
            names = "--compare",
            arity = "1..*",
            paramLabel = "COMMAND",
            description =
                    "Command lines that each start a server, with {socket} and {dir} in place of paths; LABEL=COMMAND "
                            + "gives it a name. They take turns. A word without {socket} is a case.")
    private List<String> compared = List.of();

    @Option(names = "--dir", paramLabel = "DIRECTORY", description = "What the servers share.")
    private Path directory;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            defaultValue = "0",
            description = "The process whose CPU time is counted, with its children. Default: the one that listens.")
    private long serverPid;

    @Option(
            names = "--queues",
            paramLabel = "N",
            defaultValue = "1",
            description = "Request queues, each with a thread. Default: 1")
    private int queues;

    @Option(
            names = "--ring",
            paramLabel = "FORM",
            defaultValue = "split",
            description = "${COMPLETION-CANDIDATES}. Default: split")
    private Ring ring;

    @Option(
            names = "--ring-size",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Entries of each ring. Default: 1024")
    private int ringSize;

    @Option(
            names = "--front-end",
            paramLabel = "MANNER",
            defaultValue = "poll",
            description = "How the driver waits, unless the case says ev-: ${COMPLETION-CANDIDATES}. Default: poll")
    private FrontEnd frontEnd;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "16",
            description = "Operations in flight, unless the case says. Default: 16")
    private int depth;

    @Option(
            names = "--block-size",
            paramLabel = "SIZE",
            defaultValue = "4k",
            description = "512 to 1m, unless the case says. Default: 4k")
    private String blockSize;

    @Option(
            names = "--file-size",
            paramLabel = "SIZE",
            defaultValue = "64m",
            description = "Of the files read and written. Default: 64m")
    private String fileSize;

    @Option(
            names = "--keep",
            paramLabel = "NAME",
            description = "Work in directory NAME of the share and leave it there, with the files for the next time.")
    private String kept;

    @Option(names = "--floor", description = "Measure bare system calls in a loop on the same files, too; needs --dir.")
    private boolean floor;

    @Option(names = "--direct", description = "Open files with O_DIRECT.")
    private boolean direct;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Time of each round. Default: 3")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Seconds before each round; three times that before the first round of a case. Default: 1")
    private double warmUp;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each case. Default: 1, with --compare 3")
    private Integer rounds;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write everything measured there; - for standard output, instead of the table.")
    private String json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draw ratios and latencies there: FILE.png or FILE.svg.")
    private Path plot;

    @Parameters(paramLabel = "CASE", description = "What to measure. Default: the rows that the project aims at.")
    private List<String> names = List.of();

    /** Lets the help explain what can be measured. */
    static void addWorkloads(CommandSpec bench) {
        var lines = new ArrayList<>(List.of("", "Workloads:"));
        for (var workload : Workload.values()) {
            lines.add("  %-17s %s".formatted(workload.label(), workload.meaning()));
        }
        bench.usageMessage().footer(lines.toArray(String[]::new));
    }

    @Override
    public Integer call() throws Failure {
        main.quieten();
        var words = Stream.concat(compared.stream(), names.stream())
                .collect(Collectors.partitioningBy(word -> word.contains("{socket}")));
        compared = words.get(true);
        names = words.get(false);
        var plan = plan();
        var contestants = contestants();
        var err = spec.commandLine().getErr();
        try {
            var bench = new Bench(plan, contestants, line -> say(err, line));
            endOnSignal(bench);
            var results = bench.run();
            show(plan, contestants, results);
            return results.stream().anyMatch(CaseResult::failed) ? Main.FAILED : 0;
        } catch (IOException e) {
            throw Failure.cannot(List.of(e.getMessage()), e);
        }
    }

    /** Ctrl-C lets the bench clean up; a second one ends at once. */
    private void endOnSignal(Bench bench) {
        if (main.ownsProcess()) {
            var signals = Signals.takenOver();
            Thread.ofPlatform().daemon().name("signals").start(() -> {
                signals.await(new CompletableFuture<>());
                bench.end();
            });
        }
    }

    private void show(Bench.Plan plan, List<Contestant> contestants, List<CaseResult> results) throws IOException {
        var out = spec.commandLine().getOut();
        var text = Json.of(plan, contestants, results);
        if ("-".equals(json)) {
            out.print(text);
        } else {
            Report.servers(contestants).forEach(out::println);
            Report.table(results).forEach(out::println);
            if (json != null) {
                Files.writeString(Path.of(json), text);
            }
        }
        out.flush();
        if (plot != null) {
            System.setProperty("java.awt.headless", "true");
            Plot.write(plot, results);
        }
    }

    private static void say(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }

    private Bench.Plan plan() {
        if (!SPLIT_SIZES.contains(ringSize)) {
            throw wrong("--ring-size is a power of two from 16 to 1024: " + ringSize);
        }
        if (plot != null && !Plot.canWrite(plot)) {
            throw wrong("--plot is a file ending in .png or .svg: " + plot);
        }
        if (kept != null && !KEPT.matcher(kept).matches()) {
            throw wrong("--keep is a name of letters, digits, dots, dashes and underscores: " + kept);
        }
        if (floor && directory == null) {
            throw wrong("--floor needs --dir=DIRECTORY, which the servers share");
        }
        if (queues < 1 || queues > QUEUES_MOST) {
            throw wrong("--queues is from 1 to 64: " + queues);
        }
        if (!(seconds >= SECONDS_LEAST && seconds <= SECONDS_MOST && warmUp >= 0 && warmUp <= SECONDS_MOST)) {
            throw wrong("--seconds and --warm-up are a day at most, --seconds a millisecond at least");
        }
        if (rounds != null && rounds < 1) {
            throw wrong("--rounds is at least 1: " + rounds);
        }
        try {
            return new Bench.Plan(
                    cases(Case.bytes(fileSize)),
                    queues,
                    ringSize,
                    ring == Ring.packed,
                    nanos(seconds),
                    nanos(warmUp),
                    rounds != null ? rounds : compared.isEmpty() ? 1 : 3,
                    Case.bytes(fileSize),
                    directory == null ? null : directory.toAbsolutePath(),
                    floor,
                    kept);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private List<Case> cases(int fileBytes) {
        var defaults = new Case.Defaults(Case.bytes(blockSize), depth, direct, frontEnd == FrontEnd.sleep);
        var cases = new ArrayList<Case>();
        for (var name : names.isEmpty() ? Case.TARGETS : names) {
            var which = Case.named(name, defaults);
            if (which.depth() > ringSize) {
                throw wrong("a ring of " + ringSize + " entries does not hold " + name);
            }
            if (fileBytes < which.fileBytesLeast() || fileBytes % which.fileBytesLeast() != 0) {
                throw wrong("--file-size is a multiple of the block of " + name + ": " + fileSize);
            }
            cases.add(which);
        }
        return cases;
    }

    private static Duration nanos(double ofSeconds) {
        return Duration.ofNanos((long) (ofSeconds * 1e9));
    }

    private List<Contestant> contestants() {
        if ((socket == null) == compared.isEmpty()) {
            throw wrong("What shall be measured? --socket=SOCKET, or --compare and command lines");
        }
        if (socket != null) {
            return List.of(Contestant.running("server", socket, serverPid));
        }
        if (directory == null || !Files.isDirectory(directory)) {
            throw wrong("--compare needs --dir=DIRECTORY, which the servers share");
        }
        var all = new ArrayList<Contestant>();
        for (var each : compared) {
            var labelled = LABELLED.matcher(each);
            all.add(
                    labelled.matches()
                            ? Contestant.started(labelled.group("label"), labelled.group("command"))
                            : Contestant.started(String.valueOf((char) ('A' + all.size())), each));
        }
        if (all.stream().map(Contestant::label).distinct().count() < all.size()) {
            throw wrong("--compare gives two servers one name");
        }
        return all;
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
