package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import org.dpfs4j.client.FrontEndSocket;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.metrics.LogBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What a front end can make the server write to its log is bounded. */
@Timeout(60)
class ControlLogTest {
    private static final int UNKNOWN = 4711;

    @Test
    void frontEndsWithoutEndDoNotFillTheLog() throws IOException {
        var logger = (Logger) LoggerFactory.getLogger("org.dpfs4j.vhostuser");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var level = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try (var bench = new Bench(IoMode.AUTO)) {
            for (int i = 0; i < 4 * LogBudget.BURST; i++) {
                try (var driver = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
                    driver.socket().send(UNKNOWN, 0, FrontEndSocket.u64(i));
                    assertThat(driver.socket().isClosedByDevice()).isTrue();
                }
            }
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(level);
        }
        assertThat(lines.list).hasSizeBetween(1, 2 * LogBudget.BURST);
    }
}
