package org.dpfs4j.load;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is measured together: a workload and how it is asked.
 *
 * @param blockBytes of a READ or WRITE; 0 for a workload without blocks
 * @param depth operations in flight for each request queue
 * @param direct whether files are opened with O_DIRECT
 * @param sleeping whether the driver sleeps until it is called, instead of looking at the ring
 * @param think pause before each operation
 */
public record Case(Workload workload, int blockBytes, int depth, boolean direct, boolean sleeping, Duration think) {
    /** The largest block: what one request may carry with 256 pages. */
    public static final int BLOCK_BYTES_MAX = 1 << 20;

    /** The most operations in flight for a queue. */
    public static final int DEPTH_MAX = 256;

    /** The pause of {@code think-} cases. */
    public static final Duration THINK = Duration.ofNanos(30_000);

    private static final int BLOCK_BYTES_LEAST = 512;
    private static final Pattern NAME =
            Pattern.compile("(?<prefix>(?:ev-|think-)*)(?<workload>[a-z]+(?:-1000)?)(?:-(?<block>[0-9]+[km]?))?"
                    + "(?:-qd(?<depth>[0-9]+))?(?<direct>-direct)?");

    /** The cases of the project's table of targets, by name. */
    public static final List<String> TARGETS = List.of(
            "randread-4k-qd1",
            "randread-4k-qd16",
            "randread-4k-qd64",
            "randwrite-4k-qd16",
            "seqread-128k-qd4",
            "seqwrite-128k-qd4",
            "seqread-1m-qd1",
            "seqwrite-1m-qd1",
            "seqread-1m-qd8",
            "seqwrite-1m-qd8",
            "getattr-qd16",
            "lookup-qd16",
            "open-qd16",
            "openrw-qd16",
            "create-qd16",
            "readdirplus-1000",
            "untar-qd8",
            "ev-randread-4k-qd16",
            "ev-untar-qd1");

    public Case {
        var size =
                blockBytes >= BLOCK_BYTES_LEAST && blockBytes <= BLOCK_BYTES_MAX && Integer.bitCount(blockBytes) == 1;
        if (workload.inBlocks() != size) {
            throw new IllegalArgumentException("a block is a power of two from 512 to 1m: " + blockBytes);
        }
        if (depth < 1 || depth > DEPTH_MAX) {
            throw new IllegalArgumentException("the depth is from 1 to " + DEPTH_MAX + ": " + depth);
        }
    }

    /** What a name leaves open. */
    public record Defaults(int blockBytes, int depth, boolean direct, boolean sleeping) {}

    /**
     * A case by its name: {@code [ev-][think-]WORKLOAD[-BLOCK][-qdDEPTH][-direct]}.
     *
     * @throws IllegalArgumentException when it is none; the message says so
     */
    public static Case named(String name, Defaults defaults) {
        var found = NAME.matcher(name.toLowerCase(Locale.ROOT));
        if (!found.matches()) {
            throw new IllegalArgumentException("not a workload: " + name);
        }
        var workload = Workload.named(found.group("workload"))
                .orElseThrow(() -> new IllegalArgumentException("not a workload: " + name));
        var block = found.group("block");
        if (block != null && !workload.inBlocks()) {
            throw new IllegalArgumentException(workload.label() + " has no block size: " + name);
        }
        var depth = found.group("depth");
        var one = workload == Workload.READDIR || workload == Workload.READDIRPLUS;
        return new Case(
                workload,
                workload.inBlocks() ? block == null ? defaults.blockBytes() : bytes(block) : 0,
                depth != null ? number(depth) : one ? 1 : defaults.depth(),
                found.group("direct") != null || defaults.direct(),
                found.group("prefix").contains("ev-") || defaults.sleeping(),
                found.group("prefix").contains("think-") ? THINK : Duration.ZERO);
    }

    /** A size such as 4k or 1m, in bytes. */
    public static int bytes(String size) {
        var lower = size.toLowerCase(Locale.ROOT);
        var unit = lower.endsWith("k") ? 1 << 10 : lower.endsWith("m") ? 1 << 20 : 1;
        var digits = unit == 1 ? lower : lower.substring(0, lower.length() - 1);
        try {
            return Math.multiplyExact(number(digits), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large: " + size, e);
        }
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + digits, e);
        }
    }

    /** A file that is read or written has so many bytes, or a multiple of it. */
    public int fileBytesLeast() {
        return Math.max(blockBytes, Pool.PAGE);
    }

    /** Its whole name. */
    public String name() {
        var block = blockBytes == 0
                ? ""
                : blockBytes % (1 << 20) == 0
                        ? "-" + (blockBytes >> 20) + "m"
                        : blockBytes % (1 << 10) == 0 ? "-" + (blockBytes >> 10) + "k" : "-" + blockBytes;
        var single = workload == Workload.READDIR || workload == Workload.READDIRPLUS;
        return (sleeping ? "ev-" : "")
                + (think.isZero() ? "" : "think-")
                + workload.label()
                + block
                + (single && depth == 1 ? "" : "-qd" + depth)
                + (direct && workload.inBlocks() ? "-direct" : "");
    }
}
