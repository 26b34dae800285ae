package org.dpfs4j.nfsserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What becomes of what a {@link FaultProxy} carries. Read and changed on its loop only. */
final class ProxyRules {
    /** What happens to calls with an operation. */
    enum Fate {
        CUT_BEFORE,
        CUT_AFTER,
        FAIL
    }

    /** A fate that some calls still have to meet. */
    static final class Rule {
        final Fate fate;
        final int operation;
        final int status;
        private int remaining;

        Rule(Fate fate, int operation, int status, int remaining) {
            this.fate = fate;
            this.operation = operation;
            this.status = status;
            this.remaining = remaining;
        }
    }

    private final List<Rule> rules = new ArrayList<>();
    private Random random;
    private int cutBytes;
    private long untilCut = Long.MAX_VALUE;

    boolean refuses;
    boolean holds;
    long delayMillis;
    boolean reverses;
    int fragmentBytes;
    int segmentBytes;
    int cuts;
    long carried;

    void add(Fate fate, int operation, int status, int times) {
        rules.add(new Rule(fate, operation, status, times));
    }

    /** What this call meets, or null. */
    Rule take(CallRecord call) {
        for (var rule : rules) {
            if (rule.remaining > 0 && call.indexOf(rule.operation) >= 0) {
                rule.remaining--;
                return rule;
            }
        }
        return null;
    }

    boolean watches() {
        return rules.stream().anyMatch(rule -> rule.remaining > 0);
    }

    /** From now on, cut after a random number of bytes, {@code mean} on the average; 0 ends it. */
    void cutRandomly(long seed, int mean) {
        random = new Random(seed);
        cutBytes = mean;
        next();
    }

    private void next() {
        untilCut = cutBytes == 0 ? Long.MAX_VALUE : 1 + random.nextInt(2 * cutBytes);
    }

    /** How many of these bytes are still carried; fewer than {@code length} mean that there is a cut behind them. */
    int carry(int length) {
        if (untilCut > length) {
            untilCut -= length;
            carried += length;
            return length;
        }
        int part = (int) untilCut - 1;
        carried += part;
        next();
        return part;
    }

    /** Whether a cut is a reset, rather than an end of the stream. */
    boolean resets() {
        return random == null || random.nextBoolean();
    }
}
