package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.wire.ClientArch;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a guest can make the server write to its log is bounded. */
class LogTest {
    private static final int TIMES = 200;

    @Test
    void sessionsWithoutEndDoNotFillTheLog() {
        var logger = (Logger) LoggerFactory.getLogger("org.dpfs4j.fuse");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var level = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var device = new FuseDevice(
                        "log", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new FileSystem() {})), lanes);
                var guest = new RawGuest(lanes.lane(0), device)) {
            for (RequestBytes request : new RequestBytes[] {Samples.init(45), Samples.init(5)}) {
                for (int i = 0; i < TIMES; i++) {
                    guest.ask(request);
                    guest.ask(FuseRequests.destroy());
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
