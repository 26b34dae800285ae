package org.dpfs4j.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * How the log looks: lines on standard error, for standard output belongs to the commands. The level is -v's or that of
 * {@code DPFS4J_LOG}. Code and no file, because Logback would load a parser of XML at each start, and twice. A file that
 * {@code -Dlogback.configurationFile} names goes first.
 */
public final class LogFormat extends ContextAwareBase implements Configurator {
    private static final String CONFIGURATION_FILE = "logback.configurationFile";
    private static final String LEVEL = "DPFS4J_LOG";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(CONFIGURATION_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        // Without a listener Logback makes a printer of its own state ready, which loads a database of time zones.
        context.getStatusManager().add(new NopStatusListener());
        var line = new Line();
        line.setContext(context);
        line.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(line);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        context.getLogger("io.netty").setLevel(Level.WARN);
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv(LEVEL), Level.INFO));
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Time, level and message; digit by digit, for Java's formatters load the language's rules, and its time zones a database. */
    static final class Line extends LayoutBase<ILoggingEvent> {
        private static final long MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
        private static final int LEVEL_LETTERS = 5;

        @Override
        public String doLayout(ILoggingEvent event) {
            var millis = event.getTimeStamp() + TimeZone.getDefault().getOffset(event.getTimeStamp());
            var line = new StringBuilder();
            number(line, millis / TimeUnit.HOURS.toMillis(1) % TimeUnit.DAYS.toHours(1), 2)
                    .append(':');
            number(line, millis / TimeUnit.MINUTES.toMillis(1) % TimeUnit.HOURS.toMinutes(1), 2)
                    .append(':');
            number(line, millis / MILLIS_PER_SECOND % TimeUnit.MINUTES.toSeconds(1), 2)
                    .append('.');
            number(line, millis % MILLIS_PER_SECOND, 3).append(' ');
            var level = event.getLevel().toString();
            line.append(level).repeat(' ', Math.max(0, LEVEL_LETTERS - level.length()));
            line.append(' ').append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            return line.toString();
        }

        private static StringBuilder number(StringBuilder line, long number, int digits) {
            var text = Long.toString(number);
            return line.repeat('0', digits - text.length()).append(text);
        }
    }
}
