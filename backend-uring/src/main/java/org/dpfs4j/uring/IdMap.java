package org.dpfs4j.uring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which user (or group) of the host a guest's stands for, and the other way round: virtiofsd's {@code --translate-uid}. The two
 * directions do not depend on each other; an id that no rule names stays itself. No id but 0xFFFFFFFF, which is none, becomes
 * 0xFFFFFFFF.
 *
 * <pre>
 *   map:GUEST:HOST:COUNT            both directions, one by one
 *   guest:GUEST:HOST:COUNT          to the host, one by one      squash-guest:…  all to one
 *   host:HOST:GUEST:COUNT           to the guest, one by one     squash-host:…   all to one
 *   forbid-guest:GUEST:COUNT        such callers, and such owners, are refused with EPERM
 * </pre>
 *
 * <p>Instead of the colon any character stands that is no letter, digit, '-' or '_'.
 */
public final class IdMap {
    /** Every id stays itself. */
    public static final IdMap IDENTITY = new IdMap(List.of(), List.of());

    /** What a guest may not use. */
    static final long FORBIDDEN = -1;

    private static final long INVALID = 0xFFFF_FFFFL;
    private static final Pattern RULE = Pattern.compile("([a-z-]+)([^a-z0-9_-])(.*)");

    /** Ids of one side, and what they are on the other: {@code to} for all of them, or counted from it. */
    private record Range(long from, long count, long to, boolean squash) {
        boolean contains(long id) {
            return id >= from && id < from + count;
        }

        long of(long id) {
            return to == FORBIDDEN || squash ? to : to + id - from;
        }

        boolean overlaps(Range other) {
            return from < other.from + other.count && other.from < from + count;
        }
    }

    private final List<Range> toHost;
    private final List<Range> toGuest;

    private IdMap(List<Range> toHost, List<Range> toGuest) {
        this.toHost = List.copyOf(toHost);
        this.toGuest = List.copyOf(toGuest);
    }

    /**
     * Reads rules.
     *
     * @throws IllegalArgumentException with what is wrong, and in which rule
     */
    public static IdMap of(List<String> rules) {
        var toHost = new ArrayList<Range>();
        var toGuest = new ArrayList<Range>();
        for (var rule : rules) {
            var parts = RULE.matcher(rule.toLowerCase(Locale.ROOT));
            if (!parts.matches()) {
                throw new IllegalArgumentException("is no rule such as \"map:0:1000:10\": \"" + rule + "\"");
            }
            var type = parts.group(1);
            var numbers = numbers(rule, parts.group(3).split(Pattern.quote(parts.group(2)), -1), type);
            var from = numbers[0];
            var to = numbers[1];
            var count = numbers[2];
            switch (type) {
                case "map" -> {
                    add(toHost, new Range(from, count, to, false), rule);
                    add(toGuest, new Range(to, count, from, false), rule);
                }
                case "guest" -> add(toHost, new Range(from, count, to, false), rule);
                case "host" -> add(toGuest, new Range(from, count, to, false), rule);
                case "squash-guest", "forbid-guest" -> add(toHost, new Range(from, count, to, true), rule);
                case "squash-host" -> add(toGuest, new Range(from, count, to, true), rule);
                default ->
                    throw new IllegalArgumentException(
                            "must begin with map, guest, host, squash-guest, squash-host or forbid-guest: \"" + rule
                                    + "\"");
            }
        }
        return new IdMap(toHost, toGuest);
    }

    /** First, target and count; a rule that forbids has no target. */
    private static long[] numbers(String rule, String[] texts, String type) {
        var forbids = type.equals("forbid-guest");
        if (texts.length != (forbids ? 2 : 3)) {
            throw new IllegalArgumentException("needs " + (forbids ? 2 : 3) + " numbers: \"" + rule + "\"");
        }
        try {
            var from = Integer.toUnsignedLong(Integer.parseUnsignedInt(texts[0]));
            var to = forbids ? FORBIDDEN : Integer.toUnsignedLong(Integer.parseUnsignedInt(texts[1]));
            return new long[] {from, to, Integer.toUnsignedLong(Integer.parseUnsignedInt(texts[texts.length - 1]))};
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("has numbers from 0 to 4294967295 only: \"" + rule + "\"", e);
        }
    }

    private static void add(List<Range> ranges, Range range, String rule) {
        var last = range.squash ? range.to : range.to + range.count - 1;
        if (range.count == 0 || range.from + range.count > INVALID || last >= INVALID) {
            throw new IllegalArgumentException("must name ids from 0 to 4294967294: \"" + rule + "\"");
        }
        if (ranges.stream().anyMatch(range::overlaps)) {
            throw new IllegalArgumentException("names ids that a rule before it has named: \"" + rule + "\"");
        }
        ranges.add(range);
    }

    /** The host's id as an unsigned number, or {@link #FORBIDDEN}. */
    long toHost(int guestId) {
        return translate(toHost, Integer.toUnsignedLong(guestId));
    }

    /** The guest's id as a bit pattern. */
    int toGuest(int hostId) {
        return toGuest.isEmpty() ? hostId : (int) translate(toGuest, Integer.toUnsignedLong(hostId));
    }

    private static long translate(List<Range> ranges, long id) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(id)) {
                return ranges.get(i).of(id);
            }
        }
        return id;
    }

    boolean isIdentity() {
        return toHost.isEmpty() && toGuest.isEmpty();
    }

    /** Whether some ids may not be used. */
    boolean forbids() {
        return toHost.stream().anyMatch(range -> range.to == FORBIDDEN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdMap map && toHost.equals(map.toHost) && toGuest.equals(map.toGuest);
    }

    @Override
    public int hashCode() {
        return 31 * toHost.hashCode() + toGuest.hashCode();
    }

    @Override
    public String toString() {
        return "to host " + toHost + ", to guest " + toGuest;
    }
}
