package org.dpfs4j.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.io.Lanes;

/** Everything the server tells of itself: its devices, its lanes and workers, the process and the Java machine. */
final class ServerMetrics implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final double KIB = 1024;
    private static final double NANOS = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Metrics of a server that runs; nothing is counted or collected before somebody asks, but the Java machine's pauses. */
    ServerMetrics(List<DeviceMetrics.Served> devices, Lanes lanes) {
        registry.getPrometheusRegistry().register(new DeviceMetrics(devices));
        bind(lanes, registry);
        collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("process.resident.memory", ServerMetrics::residentBytes)
                .baseUnit("bytes")
                .description("Memory of the process that is in RAM, outside the Java heap too")
                .register(registry);
    }

    private static void bind(Lanes lanes, MeterRegistry registry) {
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < lanes.count(); i++) {
            var id = lanes.lane(i).thread().threadId();
            FunctionCounter.builder("dpfs4j.lane.cpu", threads, bean -> Math.max(0, bean.getThreadCpuTime(id)) / NANOS)
                    .tag("lane", Integer.toString(i))
                    .baseUnit("seconds")
                    .description("Processor time of a lane, which sleeps when it has nothing to do")
                    .register(registry);
        }
        var workers = lanes.workers();
        Gauge.builder("dpfs4j.workers", workers::count)
                .description("Threads for calls that may block")
                .register(registry);
        Gauge.builder("dpfs4j.workers.busy", workers::busy)
                .description("Threads at a call that may block")
                .register(registry);
        Gauge.builder("dpfs4j.worker.calls.waiting", workers::waiting)
                .description("Calls that wait for a thread")
                .register(registry);
    }

    /** Bytes in RAM; not a number where the kernel does not tell. */
    private static double residentBytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** The present numbers as Prometheus reads them. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
