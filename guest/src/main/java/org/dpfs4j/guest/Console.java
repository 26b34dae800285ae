package org.dpfs4j.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads a guest's console to its end: every line goes to the listener, and the marks that init and the workloads print
 * become the result.
 *
 * <pre>
 * {@literal @@}UP release     {@literal @@}MOUNTED    {@literal @@}BEGIN workload  {@literal @@}PASS what
 * {@literal @@}HOST word      {@literal @@}DONE       {@literal @@}END workload status  {@literal @@}FAIL what: reason
 * </pre>
 */
final class Console implements Runnable {
    private static final int COMPLAINTS_MAX = 20;
    private static final Duration SPINNING = Duration.ofMinutes(1);
    private static final Pattern COMPLAINT = Pattern.compile(
            "^(\\[ *[0-9.]+\\] )?.*(WARNING: CPU|WARNING: .* at |BUG: |Oops|Kernel panic|blocked for more than|"
                    + "general protection|Call Trace:|rcu.*stall|fuse: .*(bad|invalid|error)|virtio-fs: .*(fail|error|bad)).*");

    private final InputStream in;
    private final GuestListener listener;
    private final long startNanos = System.nanoTime();
    private final List<GuestResult.Outcome> outcomes = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private Duration boot = Duration.ZERO;
    private boolean mounted;
    private boolean finished;
    private String workload;
    private int passed;
    private long beganNanos;

    Console(InputStream in, GuestListener listener) {
        this.in = in;
        this.listener = listener;
    }

    @Override
    public void run() {
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line.replaceAll("\\p{Cntrl}", ""));
            }
        } catch (IOException e) {
            listener.line("the guest's console ended: " + e.getMessage());
        }
    }

    /** What was heard so far; workloads of {@code expected} that never ended are missing. */
    synchronized GuestResult result(List<Workload> expected) {
        var all = new ArrayList<>(outcomes);
        if (workload != null) {
            all.add(outcome(false));
        }
        var missing = new ArrayList<String>();
        for (Workload wanted : expected) {
            if (all.stream()
                    .noneMatch(outcome -> outcome.ended() && outcome.workload().equals(wanted.name()))) {
                missing.add(wanted.name());
            }
        }
        return new GuestResult(
                all, complaints, mounted, finished, boot, Duration.ofNanos(System.nanoTime() - startNanos), missing);
    }

    /** Whether the guest's first program runs. */
    synchronized boolean isUp() {
        return !boot.isZero();
    }

    /** Its first program never ran; the guest was given so much processor time for it. One that only waits takes little. */
    synchronized void didNotBoot(Duration cpu) {
        complaints.add((cpu.compareTo(SPINNING) > 0 ? GuestResult.SPINS : "does not boot") + ", after "
                + cpu.toSeconds() + " s of processor time");
    }

    private void hear(String line) {
        listener.line(line);
        int mark = line.indexOf("@@");
        if (mark < 0) {
            listen(line);
            return;
        }
        String[] words = line.substring(mark + 2).strip().split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        mark(words[0], rest);
        if (words[0].equals("HOST")) {
            listener.request(rest);
        }
    }

    private synchronized void listen(String line) {
        if (complaints.size() < COMPLAINTS_MAX && COMPLAINT.matcher(line).matches()) {
            complaints.add(line);
        }
    }

    private synchronized void mark(String word, String rest) {
        switch (word) {
            case "UP" -> boot = boot.isZero() ? Duration.ofNanos(System.nanoTime() - startNanos) : boot;
            case "MOUNTED" -> mounted = true;
            case "DONE" -> finished = true;
            case "BEGIN" -> begin(rest);
            case "PASS" -> passed++;
            case "FAIL" -> failures.add(rest);
            case "END" -> end(rest);
            default -> {}
        }
    }

    private void begin(String name) {
        workload = name;
        passed = 0;
        failures.clear();
        beganNanos = System.nanoTime();
    }

    private void end(String rest) {
        if (!rest.endsWith(" 0") && failures.isEmpty()) {
            failures.add("the script ended with status " + rest.substring(rest.lastIndexOf(' ') + 1));
        }
        outcomes.add(outcome(true));
        workload = null;
    }

    private GuestResult.Outcome outcome(boolean ended) {
        return new GuestResult.Outcome(
                workload, passed, failures, ended, Duration.ofNanos(System.nanoTime() - beganNanos));
    }
}
