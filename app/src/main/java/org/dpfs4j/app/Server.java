package org.dpfs4j.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.config.ConfigurationException;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.Device;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An assembly that runs: its pid file, lanes, the backends in use, and every device at its address. */
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** What a device may take beyond the limit of its drain to say that it has given up. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<Device> devices = new ArrayList<>();
    private final List<DeviceMetrics.Served> served = new ArrayList<>();
    private MetricsServer metrics;

    private Server() {}

    /** Starts everything; when something cannot be had, what was started before is closed again. */
    static Server start(Assembly assembly) throws Failure {
        var server = new Server();
        try {
            var lanes = server.opening(lanes(assembly));
            server.openDevices(assembly, server.startBackends(assembly, lanes), lanes);
            if (assembly.metrics().isPresent()) {
                server.openMetrics(assembly.metrics().get(), lanes);
            }
            // Last: the file of a server that has these addresses is not ours to replace.
            server.opening(PidFile.at(assembly.pidFile()));
            return server;
        } catch (Failure | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** The lanes of an assembly. */
    static Lanes lanes(Assembly assembly) throws Failure {
        try {
            return new Lanes(assembly.lanes(), assembly.io(), assembly.pollMax());
        } catch (IllegalStateException e) {
            assert assembly.io() == IoMode.IO_URING;
            var reason = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
            throw Failure.cannot(List.of(e.getMessage() + reason + "; io = \"auto\" falls back to epoll"), e);
        }
    }

    /** Starts a backend and waits; a sentence when it cannot be used, else null. */
    static Failure startBackend(String name, Backend backend, Lanes lanes) {
        try {
            backend.start(lanes).toCompletableFuture().join();
            return null;
        } catch (CompletionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return Failure.cannot(List.of("backend " + name + ": " + cause.getMessage()), cause);
        }
    }

    private Map<String, Backend> startBackends(Assembly assembly, Lanes lanes) throws Failure {
        var backends = new LinkedHashMap<String, Backend>();
        for (var entry : assembly.backends().entrySet()) {
            var name = entry.getKey();
            if (!assembly.uses(name)) {
                LOG.warn("backend {} is used by no device and not started", name);
                continue;
            }
            var backend = opening(entry.getValue().backend());
            var failure = startBackend(name, backend, lanes);
            if (failure != null) {
                throw failure;
            }
            backends.put(name, backend);
        }
        return backends;
    }

    private void openDevices(Assembly assembly, Map<String, Backend> backends, Lanes lanes) throws Failure {
        for (var function : assembly.devices()) {
            var mounts = new LinkedHashMap<String, Backend>();
            function.mounts().forEach((path, name) -> mounts.put(path, backends.get(name)));
            var fuse = opening(new FuseDevice(function.tag(), function.clientArch(), mounts, lanes));
            try {
                var device = opening(function.transport().open(function.tag(), fuse, lanes));
                devices.add(device);
                served.add(new DeviceMetrics.Served(name(assembly, function), fuse, device));
                LOG.info("serving {} at {}", function.tag(), device.address());
            } catch (ConfigurationException e) {
                throw Failure.wrong(List.of("device " + function.tag() + ": " + e.getMessage()), e);
            } catch (IOException e) {
                throw Failure.cannot(List.of("device " + function.tag() + ": " + e.getMessage()), e);
            }
        }
    }

    /** The tag, with the address where several devices have the same. */
    private static String name(Assembly assembly, Assembly.Function function) {
        var same = assembly.devices().stream()
                .filter(other -> other.tag().equals(function.tag()))
                .count();
        return same == 1
                ? function.tag()
                : function.tag() + '@' + function.transport().address();
    }

    private void openMetrics(MetricsAddress address, Lanes lanes) throws Failure {
        var numbers = opening(new ServerMetrics(served, lanes));
        try {
            metrics = opening(MetricsServer.open(address, numbers::text));
            LOG.info("metrics at http://{}/metrics", metrics.address());
        } catch (IOException e) {
            throw Failure.cannot(List.of("metrics: " + e.getMessage()), e);
        }
    }

    /** Where metrics are told; null when nowhere. */
    MetricsAddress metrics() {
        return metrics == null ? null : metrics.address();
    }

    private <C extends AutoCloseable> C opening(C resource) {
        opened.push(resource);
        return resource;
    }

    /** Completes when every device has ended by itself. */
    CompletionStage<Void> ended() {
        return CompletableFuture.allOf(devices.stream()
                .map(device -> device.ended().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Takes no more requests and waits until those in flight are answered, or for {@code limit}. */
    void drain(Duration limit) {
        var drained = devices.stream()
                .map(device -> device.drain(limit).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(drained)
                    .orTimeout(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            var reason = e.getCause() instanceof TimeoutException ? "not all requests were answered" : e.getMessage();
            LOG.warn("draining ended early: {}", reason);
        }
    }

    /** Ends everything in reverse; what cannot be closed hinders nothing else. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            var resource = opened.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("{} could not be closed", resource.getClass().getSimpleName(), e);
            }
        }
    }
}
