package org.dpfs4j.app;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.dpfs4j.fs.BackendProvider;
import org.dpfs4j.transport.TransportProvider;

/**
 * The kinds of transports and backends there are.
 *
 * @param transports by the value of {@code type} in a transport table
 * @param backends by the value of {@code type} in a backend table
 */
record Providers(Map<String, TransportProvider> transports, Map<String, BackendProvider> backends) {

    /** Those in this program's jar. */
    static Providers found() {
        var transports = new TreeMap<String, TransportProvider>();
        ServiceLoader.load(TransportProvider.class).forEach(provider -> transports.put(provider.type(), provider));
        var backends = new TreeMap<String, BackendProvider>();
        ServiceLoader.load(BackendProvider.class).forEach(provider -> backends.put(provider.type(), provider));
        return new Providers(transports, backends);
    }
}
