package org.dpfs4j.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Locale;

/**
 * Sends what is logged to the machine's log, at {@code /dev/log}: RFC 3164's message without the time, as {@code syslog(3)}
 * does it. (Logback's own appender speaks UDP, which few machines listen to.)
 */
final class SystemLog extends AppenderBase<ILoggingEvent> {
    static final String SOCKET = "/dev/log";

    /** {@code LOG_DAEMON} of {@code syslog.h}. */
    private static final int DAEMON = 3 << 3;

    private final UnixDatagram log;

    SystemLog() {
        this(SOCKET);
    }

    /** As {@link #SystemLog()}, at another socket. */
    SystemLog(String socket) {
        log = new UnixDatagram(socket);
    }

    @Override
    protected void append(ILoggingEvent event) {
        var text = event.getFormattedMessage();
        if (event.getThrowableProxy() != null) {
            text += "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }
        var message = String.format(
                Locale.ROOT,
                "<%d>dpfs4j[%d]: %s",
                DAEMON | severity(event.getLevel()),
                ProcessHandle.current().pid(),
                text);
        var result = log.send(message);
        if (result < 0) {
            addError("the system's log cannot be reached: errno " + -result);
            System.err.println(message.substring(message.indexOf('>') + 1)); // it must be somewhere
        }
    }

    private static int severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }
}
