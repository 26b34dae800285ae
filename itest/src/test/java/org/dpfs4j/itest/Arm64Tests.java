package org.dpfs4j.itest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** What {@link Arm64IT} runs inside its guest, where there is no Maven: tests of other modules, by name. */
final class Arm64Tests {
    /**
     * A transport with real rings, split on io_uring and packed on epoll, behind a provider in C: all of the stack but a disk. And the
     * fake, which watches what Java does to its memory on a processor that orders accesses more freely.
     */
    private static final List<String> CLASSES = List.of("org.dpfs4j.snap.VhostTckTest", "org.dpfs4j.snap.SnapTckTest");

    private Arm64Tests() {}

    /** Ends with 0 when all have passed. */
    public static void main(String[] args) {
        var request = LauncherDiscoveryRequestBuilder.request();
        CLASSES.forEach(name -> request.selectors(selectClass(name)));
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), listener);
        var summary = listener.getSummary();
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.printFailuresTo(out, 10);
        out.printf("@@ passed %d of %d%n", summary.getTestsSucceededCount(), summary.getTestsFoundCount());
        out.flush();
        var passed = summary.getTestsFoundCount() > 0
                && summary.getTestsSucceededCount() == summary.getTestsFoundCount()
                && summary.getContainersFailedCount() == 0;
        System.exit(passed ? 0 : 1);
    }
}
