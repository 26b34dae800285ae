package org.dpfs4j.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.Optional;
import org.dpfs4j.config.Need;
import org.dpfs4j.config.Section;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much is logged, and where.
 *
 * @param level the least that is logged; empty: as the environment or {@code -v} says
 * @param syslog whether to log to the system's log instead of standard error
 */
record Logging(Optional<LogLevel> level, boolean syslog) {
    /** What virtiofsd calls its levels. */
    enum LogLevel {
        ERROR(Level.ERROR),
        WARN(Level.WARN),
        INFO(Level.INFO),
        DEBUG(Level.DEBUG),
        TRACE(Level.TRACE),
        OFF(Level.OFF);

        private final Level level;

        LogLevel(Level level) {
            this.level = level;
        }
    }

    static Logging read(Section server) {
        var level = server.has("log-level")
                ? Optional.of(server.choice("log-level", LogLevel.INFO))
                : Optional.<LogLevel>empty();
        return new Logging(level, server.flag("syslog", false));
    }

    /** What of the host it uses. */
    Optional<Need> need() {
        return syslog ? Optional.of(new Need.Special(Path.of(SystemLog.SOCKET))) : Optional.empty();
    }

    /** Logs so from now on. */
    void apply() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        level.ifPresent(wanted -> root.setLevel(wanted.level));
        if (syslog) {
            var appender = new SystemLog();
            appender.setContext(context);
            appender.start();
            root.detachAndStopAllAppenders();
            root.addAppender(appender);
        }
    }
}
