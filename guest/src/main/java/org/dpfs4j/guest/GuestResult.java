package org.dpfs4j.guest;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a guest did.
 *
 * @param workloads one outcome for each workload that began
 * @param complaints lines in which the guest's kernel reports a fault (warning, bug, hung task)
 * @param mounted whether the first mount succeeded
 * @param finished whether the guest came to its regular end
 * @param boot from the start to the guest's first line, zero if it never came
 * @param total from the start to its end
 * @param missing workloads that never ended
 */
public record GuestResult(
        List<Outcome> workloads,
        List<String> complaints,
        boolean mounted,
        boolean finished,
        Duration boot,
        Duration total,
        List<String> missing) {
    /** How the complaint begins of a guest that is busy and never boots. */
    static final String SPINS = "does not boot and spins";

    public GuestResult {
        workloads = List.copyOf(workloads);
        complaints = List.copyOf(complaints);
        missing = List.copyOf(missing);
    }

    /**
     * What one workload did.
     *
     * @param workload its name
     * @param passed how many of its checks passed
     * @param failures the checks that failed, with their reasons
     * @param ended whether it came to its end
     * @param duration as the host saw it
     */
    public record Outcome(String workload, int passed, List<String> failures, boolean ended, Duration duration) {
        public Outcome {
            failures = List.copyOf(failures);
        }

        public boolean ok() {
            return ended && failures.isEmpty();
        }
    }

    /**
     * Whether the guest mounted, ran every workload to its end, and its kernel had no complaint; checks may have
     * failed.
     */
    public boolean complete() {
        return mounted && finished && complaints.isEmpty() && missing.isEmpty();
    }

    /** Whether the guest is {@link #complete} and no check failed. */
    public boolean ok() {
        return complete() && workloads.stream().allMatch(Outcome::ok);
    }

    /**
     * Whether the emulator has broken the guest rather than what it works on: QEMU 7.2 may run code of one cpu that another is just
     * patching, and Linux meets a breakpoint that it does not know (seen once in some hundred boots of 6.12 on two cpus), or never comes
     * to its first program and keeps its cpus busy (once in as many boots of 7.2: both without interrupts). One that ends or waits
     * instead may do so because of what it is connected to.
     */
    public boolean brokenByEmulator() {
        return !finished && complaints.stream().anyMatch(line -> line.contains("Oops: int3") || line.startsWith(SPINS));
    }

    /** Several lines for people: one per workload, then what went wrong. */
    public String describe() {
        var text = new StringBuilder();
        text.append(String.format("booted in %.1f s, ran %.1f s%n", seconds(boot), seconds(total)));
        for (Outcome outcome : workloads) {
            text.append(String.format(
                    "  %-4s %-16s %3d checks, %.1f s%n",
                    outcome.ok() ? "ok" : "FAIL", outcome.workload(), outcome.passed(), seconds(outcome.duration())));
            outcome.failures()
                    .forEach(failure -> text.append("         ").append(failure).append('\n'));
        }
        text.append(mounted ? "" : "  the share was not mounted\n");
        text.append(finished ? "" : "  the guest did not come to its end\n");
        text.append(missing.isEmpty() ? "" : "  never ended: " + String.join(", ", missing) + "\n");
        text.append(complaints.stream().map(line -> "  kernel: " + line + "\n").collect(Collectors.joining()));
        return text.toString();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
