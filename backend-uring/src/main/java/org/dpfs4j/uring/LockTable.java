package org.dpfs4j.uring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.dpfs4j.wire.LockType;

/**
 * The locked ranges of one file, as fcntl(2) has them: an owner's ranges do not overlap, a new one replaces what it covers,
 * neighbours of one type become one. Nothing is refused here: ask {@link #conflict} before. Not for several threads.
 */
final class LockTable<O> {
    private final Map<O, NavigableMap<Long, LockRange<O>>> owners = new LinkedHashMap<>();

    /** A lock of another owner that is in the way of one: the one that begins first; null when there is none. */
    LockRange<O> conflict(O owner, int type, long start, long end) {
        LockRange<O> first = null;
        for (var each : owners.entrySet()) {
            if (each.getKey().equals(owner)) {
                continue;
            }
            var found = conflict(each.getValue(), type, start, end);
            if (found != null && (first == null || found.start() < first.start())) {
                first = found;
            }
        }
        return first;
    }

    private static <O> LockRange<O> conflict(NavigableMap<Long, LockRange<O>> ranges, int type, long start, long end) {
        var below = ranges.floorEntry(start);
        var next = below != null && below.getValue().end() >= start ? below : ranges.higherEntry(start);
        for (; next != null && next.getKey() <= end; next = ranges.higherEntry(next.getKey())) {
            if (next.getValue().excludes(type)) {
                return next.getValue();
            }
        }
        return null;
    }

    /** Whether unlocking leaves an owner with one range more than it has. */
    boolean splits(O owner, long start, long end) {
        var ranges = owners.get(owner);
        var below = ranges == null ? null : ranges.lowerEntry(start);
        return below != null && below.getValue().end() > end;
    }

    /**
     * Gives an owner a lock, or takes it away ({@link LockType#UNLOCK}).
     *
     * @return by how many the ranges have become more
     */
    int set(O owner, int type, long start, long end) {
        var ranges = owners.computeIfAbsent(owner, key -> new TreeMap<>());
        var before = ranges.size();
        cut(ranges, start, end);
        if (type != LockType.UNLOCK) {
            join(ranges, new LockRange<>(owner, type, start, end));
        }
        if (ranges.isEmpty()) {
            owners.remove(owner);
        }
        return ranges.size() - before;
    }

    private static <O> void cut(NavigableMap<Long, LockRange<O>> ranges, long start, long end) {
        var below = ranges.lowerEntry(start);
        if (below != null && below.getValue().end() >= start) {
            var range = below.getValue();
            ranges.put(range.start(), range.cut(range.start(), start - 1));
            if (range.end() > end) {
                ranges.put(end + 1, range.cut(end + 1, range.end()));
            }
        }
        var next = ranges.ceilingEntry(start);
        while (next != null && next.getKey() <= end) {
            var range = next.getValue();
            ranges.remove(range.start());
            if (range.end() > end) {
                ranges.put(end + 1, range.cut(end + 1, range.end()));
                return;
            }
            next = ranges.higherEntry(range.start());
        }
    }

    private static <O> void join(NavigableMap<Long, LockRange<O>> ranges, LockRange<O> fresh) {
        var joined = fresh;
        var below = ranges.lowerEntry(fresh.start());
        if (below != null
                && below.getValue().type() == fresh.type()
                && below.getValue().end() == fresh.start() - 1) {
            joined = joined.cut(below.getKey(), joined.end());
        }
        var above = fresh.end() == LockRange.TO_END ? null : ranges.get(fresh.end() + 1);
        if (above != null && above.type() == fresh.type()) {
            ranges.remove(above.start());
            joined = joined.cut(joined.start(), above.end());
        }
        ranges.put(joined.start(), joined);
    }

    /** The ranges of an owner, the first one first. */
    List<LockRange<O>> ranges(O owner) {
        var ranges = owners.get(owner);
        return ranges == null ? List.of() : List.copyOf(ranges.values());
    }

    /** How many ranges an owner has. */
    int count(O owner) {
        var ranges = owners.get(owner);
        return ranges == null ? 0 : ranges.size();
    }
}
