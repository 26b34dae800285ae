package org.dpfs4j.guest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts the guests of one test run, so that a guest that could not run is seen at the end. */
public final class GuestTally {
    private final List<String> passed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();

    public synchronized void ran(String guest, boolean ok) {
        (ok ? passed : failed).add(guest);
    }

    public synchronized void skipped(String guest, String reason) {
        skipped.put(guest, reason);
    }

    public synchronized boolean isEmpty() {
        return passed.isEmpty() && failed.isEmpty() && skipped.isEmpty();
    }

    /** The summary, several lines; its first line is {@code guests run: 5 (failed: 0); skipped: 1}. */
    public synchronized String summary() {
        var text = new StringBuilder();
        text.append("guests run: ")
                .append(passed.size() + failed.size())
                .append(" (failed: ")
                .append(failed.size())
                .append("); skipped: ")
                .append(skipped.size())
                .append('\n');
        passed.forEach(guest -> text.append("  ran      ").append(guest).append('\n'));
        failed.forEach(guest -> text.append("  FAILED   ").append(guest).append('\n'));
        skipped.forEach((guest, reason) -> text.append("  SKIPPED  ")
                .append(guest)
                .append(" (")
                .append(reason)
                .append(")\n"));
        return text.toString();
    }
}
