package org.dpfs4j.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Measures servers case by case, each in turn, on one directory. */
public final class Bench {
    /** A server that compiles while it runs needs longer for what it has not done before. */
    private static final int FIRST_WARM_UPS = 3;

    private final Plan plan;
    private final List<Contestant> contestants;
    private final Consumer<String> progress;
    private final Session.Setup setup;
    private final long startNanos = System.nanoTime();
    private boolean mounted;
    private volatile boolean ending;

    /**
     * What is to be measured.
     *
     * @param cases one after the other
     * @param queues request queues of each device, each with a driver thread
     * @param entries of each ring
     * @param packed whether rings are packed
     * @param time measured in each round
     * @param warmUp before each round; before a case's first, three times as long
     * @param rounds of each case and server
     * @param fileBytes of each file that is read or written
     * @param directory what servers share, as this process sees it; null when that is not known, and no server is started
     * @param floor whether to measure bare system calls beside them, in {@code directory}
     * @param kept the directory of the share to work in, which stays, with what is in it already; null for a new one, which
     *     does not
     */
    public record Plan(
            List<Case> cases,
            int queues,
            int entries,
            boolean packed,
            Duration time,
            Duration warmUp,
            int rounds,
            long fileBytes,
            Path directory,
            boolean floor,
            String kept) {}

    /** A bench; {@code progress} hears lines for people. */
    public Bench(Plan plan, List<Contestant> contestants, Consumer<String> progress) {
        this.plan = plan;
        this.contestants = contestants;
        this.progress = progress;
        var name = plan.kept() != null
                ? plan.kept()
                : "dpfs4j-bench-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        setup = new Session.Setup(plan.queues(), plan.entries(), plan.packed(), plan.fileBytes(), name);
    }

    /** Lets {@link #run} end when the round is complete that is being measured, and clean up; from any thread. */
    public void end() {
        ending = true;
        say("ending after this round");
    }

    /** Runs everything; what fails stands in the results. */
    public List<CaseResult> run() throws IOException {
        var folder = Files.createTempDirectory("dpfs4j-bench");
        try {
            var results = new ArrayList<CaseResult>();
            for (var which : plan.cases()) {
                if (ending) {
                    break;
                }
                results.add(run(which, folder, results.size()));
            }
            removeTree();
            return results;
        } finally {
            contestants.forEach(Contestant::close);
            removeFolder(folder);
        }
    }

    private CaseResult run(Case which, Path folder, int done) {
        var sides = contestants.stream()
                .map(contestant -> new CaseResult.Side(contestant.label()))
                .toList();
        var floor = new CaseResult.Side("floor");
        for (int round = 1; round <= plan.rounds(); round++) {
            for (int i = 0; i < contestants.size(); i++) {
                if (sides.get(i).failure() == null && !ending) {
                    var place = "%d/%d %s, round %d of %d, %s: "
                            .formatted(
                                    done + 1,
                                    plan.cases().size(),
                                    which.name(),
                                    round,
                                    plan.rounds(),
                                    sides.get(i).label());
                    var warmUp = plan.warmUp().multipliedBy(round == 1 ? FIRST_WARM_UPS : 1);
                    run(which, warmUp, folder, contestants.get(i), sides.get(i), place);
                }
            }
            if (plan.floor() && !ending && floor.failure() == null) {
                measureFloor(which, floor);
            }
        }
        return new CaseResult(which, sides, floor);
    }

    private void measureFloor(Case which, CaseResult.Side floor) {
        try {
            var top = plan.directory().resolve(setup.directory());
            Floor.measure(top, which, plan.fileBytes(), plan.time()).ifPresent(floor::add);
        } catch (IOException e) {
            floor.fail(e.getMessage());
        }
    }

    private void run(
            Case which, Duration warmUp, Path folder, Contestant contestant, CaseResult.Side side, String place) {
        try {
            var session = contestant.session(setup, folder, plan.directory(), plan.cases());
            mounted = true;
            var measured = session.run(which, warmUp, plan.time());
            side.add(measured);
            say(place + Report.count(measured.rate()) + "/s");
        } catch (CaseFailure e) {
            side.fail(e.getMessage() + contestant.lastWords());
            say(place + "FAILED: " + side.failure());
            contestant.close();
        }
    }

    private void say(String what) {
        var seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
        progress.accept(String.format(Locale.ROOT, "[%4d s] %s", seconds, what));
    }

    /** Whichever server still works removes what all have made. */
    private void removeTree() {
        if (!mounted || plan.kept() != null) {
            return;
        }
        var left = "the directory " + setup.directory() + " is left in the share: no server works any more";
        for (var contestant : contestants) {
            if (contestant.isConnected()) {
                try {
                    contestant.session(setup, null, null, List.of()).removeTree();
                    return;
                } catch (CaseFailure e) {
                    left = e.getMessage();
                }
            }
        }
        say(left);
    }

    private static void removeFolder(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
