package org.dpfs4j.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics}, and 404 to anything else. It has threads of its own, one for connections and one for
 * answers: whoever asks slowly keeps others who ask waiting for seconds, and no lane.
 */
final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int BACKLOG = 16;

    /** Limits of the JDK's server; read once, before its first one is made, and in seconds where they are times. */
    private static final String[][] LIMITS = {
        {"sun.net.httpserver.maxReqTime", "5"},
        {"sun.net.httpserver.maxRspTime", "10"},
        {"sun.net.httpserver.idleInterval", "30"},
        {"jdk.httpserver.maxConnections", "64"},
    };

    private final HttpServer server;
    private final ExecutorService answering;
    private final Supplier<String> scrape;

    private MetricsServer(HttpServer server, Supplier<String> scrape) {
        this.server = server;
        this.scrape = scrape;
        answering = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("metrics").factory());
    }

    /**
     * Listens.
     *
     * @param scrape makes the text, on the server's thread
     * @throws IOException in one sentence: address in use, no such host
     */
    static MetricsServer open(MetricsAddress address, Supplier<String> scrape) throws IOException {
        for (var limit : LIMITS) {
            if (System.getProperty(limit[0]) == null) {
                System.setProperty(limit[0], limit[1]);
            }
        }
        var at = new InetSocketAddress(address.host(), address.port());
        if (at.isUnresolved()) {
            throw new IOException(address.host() + " is not known as a host");
        }
        HttpServer server;
        try {
            server = HttpServer.create(at, BACKLOG);
        } catch (IOException e) {
            throw new IOException(address + " cannot be listened at: " + e.getMessage(), e);
        }
        var opened = new MetricsServer(server, scrape);
        server.createContext("/", opened::handle);
        server.setExecutor(opened.answering);
        server.start();
        return opened;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var known = exchange.getRequestMethod().equals("GET")
                    && exchange.getRequestURI().getPath().equals(PATH);
            var body = (known ? scrape.get() : "only GET " + PATH + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", known ? TEXT : "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(known ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
        } catch (RuntimeException e) {
            LOG.error("metrics cannot be told", e);
            throw e;
        }
    }

    /** Where it listens; the port is never 0. */
    MetricsAddress address() {
        var at = server.getAddress();
        return new MetricsAddress(at.getAddress().getHostAddress(), at.getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        answering.shutdownNow();
    }
}
