package org.dpfs4j.itest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A server whose guest does nothing just now.
 *
 * @param pid its process
 * @param port where it tells its metrics
 */
record Idle(long pid, int port) {
    private static final int TRIES = 100;

    /** Gauges that stand for something given out: slots, handles, nodes, descriptors, locks, memory of the data path. */
    private static final List<String> GAUGES = List.of(
            "dpfs4j_requests_in_flight",
            "dpfs4j_requests_parked",
            "dpfs4j_handles",
            "dpfs4j_descriptors_pinned",
            "dpfs4j_lock_owners",
            "dpfs4j_lock_ranges",
            "dpfs4j_lock_waiters",
            "dpfs4j_workers_busy");

    /** What the server holds: descriptors and mappings, gauges. As expected, or what it is when it does not become so. */
    Map<String, Long> held(Map<String, Long> expected) throws IOException, InterruptedException {
        Map<String, Long> before = null;
        var now = held();
        for (int tries = 0; tries < TRIES && !(expected == null ? now.equals(before) : now.equals(expected)); tries++) {
            Thread.sleep(200);
            before = now;
            now = held();
        }
        return now;
    }

    private Map<String, Long> held() throws IOException, InterruptedException {
        var held = new TreeMap<>(Held.now(pid));
        for (String line : metrics().split("\n", -1)) {
            var name = line.split("[{ ]", 2)[0];
            if (GAUGES.contains(name)) {
                var value = Double.valueOf(line.substring(line.lastIndexOf(' ') + 1));
                held.merge(name, value.longValue(), Long::sum);
            }
        }
        return held;
    }

    private String metrics() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Memory of the process in RAM that is its own: what it shares with a guest is as large as what the guest has touched. */
    long residentKib() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("RssAnon:") || line.startsWith("RssFile:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }
}
