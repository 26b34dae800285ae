package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemLogTest {
    @TempDir
    private Path folder;

    private static void log(SystemLog log, Level level, String message, Throwable cause) {
        var logger = new LoggerContext().getLogger("test");
        log.doAppend(new LoggingEvent("here", logger, level, message, cause, null));
    }

    @Test
    void aMessageCarriesItsSeverityAndWhoWeAre() throws Exception {
        try (var machine = NotifyReceiver.at(folder.resolve("log"))) {
            var log = new SystemLog(folder.resolve("log").toString());
            log.start();
            var prefix = "dpfs4j[" + ProcessHandle.current().pid() + "]: ";
            log(log, Level.WARN, "look out", null);
            assertThat(machine.next()).isEqualTo("<28>" + prefix + "look out");
            log(log, Level.ERROR, "broken", new IllegalStateException("why"));
            assertThat(machine.next()).startsWith("<27>" + prefix + "broken\n").contains("IllegalStateException: why");
        }
    }

    @Test
    void aLogThatIsNotThereDisturbsNobody() {
        var log = new SystemLog(folder.resolve("nobody").toString());
        log.setContext(new LoggerContext());
        log.start();
        log(log, Level.INFO, "unheard", null);
        assertThat(log.getStatusManager().getCopyOfStatusList())
                .anyMatch(status -> status.getMessage().contains("cannot be reached"));
    }
}
