package org.dpfs4j.app;

import java.util.regex.Pattern;

/**
 * Where metrics are read: {@code HOST:PORT}, or a port alone, which is this machine's own.
 *
 * @param host a name or an address; IPv6 without its brackets
 * @param port 0 for any that is free
 */
record MetricsAddress(String host, int port) {
    /** Where the commands look when nothing is said. */
    static final String DEFAULT = "127.0.0.1:9100";

    private static final String OWN = "127.0.0.1";
    private static final int PORT_MAX = 65535;
    private static final Pattern WRITTEN =
            Pattern.compile("(?:(?<host>[^\\s:/\\[\\]]+|\\[[0-9a-fA-F:.%]+\\])?:)?(?<port>\\d{1,5})");

    /** Reads an address; an {@code IllegalArgumentException} says what is expected. */
    static MetricsAddress of(String text) {
        var match = WRITTEN.matcher(text);
        if (!match.matches() || Integer.parseInt(match.group("port")) > PORT_MAX) {
            throw new IllegalArgumentException("must be HOST:PORT or PORT: \"" + text + "\"");
        }
        var host = match.group("host") == null ? OWN : match.group("host");
        return new MetricsAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(match.group("port")));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
