package org.dpfs4j.itest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/** Prints, after the last test, which guests ran and which could not; registered as a service of JUnit's launcher. */
public final class GuestSummary implements TestExecutionListener {
    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (Guests.TALLY.isEmpty()) {
            return;
        }
        String summary = Guests.TALLY.summary();
        System.out.println(summary);
        try {
            Files.writeString(Project.ROOT.resolve("itest/target/guests.txt"), summary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
