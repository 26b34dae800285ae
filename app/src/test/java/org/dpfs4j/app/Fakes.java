package org.dpfs4j.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.BackendProvider;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.transport.TransportProvider;

/** Kinds of transports and backends that only say what happens to them. */
final class Fakes {
    /** What happened, in order. */
    final List<String> events = new ArrayList<>();

    private final List<String> failing = new ArrayList<>();

    /** Makes the start of a backend's root, or the opening of a socket, fail. */
    Fakes failingAt(String what) {
        failing.add(what);
        return this;
    }

    Providers providers() {
        return new Providers(
                new TreeMap<>(Map.of("vhost-user", new Sockets(), "snap", new Sockets())),
                new TreeMap<>(Map.of("uring", new Directories(), "nfs", new Directories())));
    }

    private final class Sockets implements TransportProvider {
        @Override
        public String type() {
            return "vhost-user";
        }

        @Override
        public Transport configure(Section section) {
            var socket = section.path("socket");
            section.integer("request-queues", 1, 1, 64);
            section.integer("queue-size", 1024, 2, 32768);
            return new FakeTransport(socket.toString());
        }
    }

    private final class Directories implements BackendProvider {
        @Override
        public String type() {
            return "uring";
        }

        @Override
        public Backend configure(Section section) {
            section.duration("attr-timeout", Duration.ofSeconds(1));
            return new FakeBackend(section.path("root"));
        }
    }

    private final class FakeTransport implements Transport {
        private final String socket;

        FakeTransport(String socket) {
            this.socket = socket;
        }

        @Override
        public String address() {
            return socket;
        }

        @Override
        public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
            if (failing.contains(socket)) {
                throw new IOException(socket + " is in use");
            }
            events.add("open " + tag);
            return new FakeDevice(tag, socket);
        }
    }

    private final class FakeDevice implements Device {
        private final String tag;
        private final String socket;

        FakeDevice(String tag, String socket) {
            this.tag = tag;
            this.socket = socket;
        }

        @Override
        public String address() {
            return socket;
        }

        @Override
        public CompletionStage<Void> drain(Duration limit) {
            events.add("drain " + tag);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void close() {
            events.add("close " + tag);
        }
    }

    private final class FakeBackend implements Backend {
        private final Path root;

        FakeBackend(Path root) {
            this.root = root;
        }

        @Override
        public CompletionStage<Void> start(Lanes lanes) {
            if (failing.contains(root.toString())) {
                return CompletableFuture.failedStage(new IOException(root + " is not there"));
            }
            events.add("start " + root);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Share> open(Tenant tenant) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            events.add("close " + root);
        }
    }
}
