package org.dpfs4j.app;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.metrics.Latency;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.QueueState;
import org.dpfs4j.wire.Errno;

/** The devices' numbers as Prometheus knows metrics; docs/metrics.md describes each. Collected on the reader's thread. */
final class DeviceMetrics implements MultiCollector {
    private static final double NANOS = 1e9;
    private static final double[] BOUNDS_SECONDS = IntStream.range(0, Latency.BUCKETS)
            .mapToDouble(DeviceMetrics::boundSeconds)
            .toArray();

    private final List<Served> devices;

    /**
     * A device that is served.
     *
     * @param name unique among them
     * @param transport what its transport tells of it
     */
    record Served(String name, FuseDevice fuse, Device transport) {}

    DeviceMetrics(List<Served> devices) {
        this.devices = List.copyOf(devices);
    }

    private static double boundSeconds(int bucket) {
        return bucket == Latency.BUCKETS - 1 ? Double.POSITIVE_INFINITY : Latency.boundNanos(bucket) / NANOS;
    }

    @Override
    public MetricSnapshots collect() {
        var families = new Families();
        var groups = new HashSet<Labels>();
        for (var device : devices) {
            var sums = DeviceSums.of(device.fuse);
            operations(families, device.name, sums);
            errnos(families, device.name, sums);
            queues(families, device, sums);
            shares(families, device);
            for (var counter : Counter.values()) {
                device.transport
                        .counters()
                        .ifPresent(counters -> families.counter(
                                "dpfs4j_" + counter.name().toLowerCase(Locale.ROOT),
                                counter.description(),
                                counters.value(counter),
                                Labels.of("device", device.name)));
            }
            device.transport.tell((provider, group, counts) -> {
                var labels = Labels.of("provider", provider, "group", Integer.toString(group));
                if (groups.add(labels)) {
                    provider(families, labels, counts);
                }
            });
        }
        return families.snapshots();
    }

    private static void provider(Families families, Labels labels, long[] counts) {
        for (int i = 0; i < counts.length; i++) {
            var count = ProviderCount.values()[i];
            families.counter(
                    "dpfs4j_provider_" + count.name().toLowerCase(Locale.ROOT), count.description(), counts[i], labels);
        }
    }

    private static void operations(Families families, String device, DeviceSums sums) {
        for (int i = 0; i < sums.operations().size(); i++) {
            if (sums.wasSeen(i)) {
                var labels = Labels.of("device", device, "op", sums.operations().get(i));
                families.counter("dpfs4j_request_errors", "Requests answered with an error", sums.errors(i), labels);
                families.seconds(sums.buckets(i), sums.nanos(i), labels);
            }
        }
        var labels = Labels.of("device", device);
        families.counter("dpfs4j_read_bytes", "Bytes of files that guests have read", sums.bytesRead(), labels);
        families.counter(
                "dpfs4j_written_bytes", "Bytes that guests have written into files", sums.bytesWritten(), labels);
    }

    private static void errnos(Families families, String device, DeviceSums sums) {
        var names = new TreeMap<String, Long>();
        for (int code = 0; code < sums.errnos().length; code++) {
            if (sums.errnos()[code] > 0) {
                var known = Errno.of(code);
                names.merge(known.code() == code ? known.name() : "other", sums.errnos()[code], Long::sum);
            }
        }
        names.forEach((name, count) -> families.counter(
                "dpfs4j_error_replies", "Errors by their errno", count, Labels.of("device", device, "errno", name)));
    }

    private static void queues(Families families, Served device, DeviceSums sums) {
        sums.queues().forEach((index, queue) -> {
            var labels = Labels.of("device", device.name, "queue", Integer.toString(index));
            families.gauge("dpfs4j_requests_in_flight", "Requests not answered yet", queue.inFlight(), labels);
            families.gauge(
                    "dpfs4j_requests_parked",
                    "Requests in flight that wait for something else than an operation",
                    queue.parked(),
                    labels);
            for (int i = 0; i < queue.requests().length; i++) {
                if (queue.requests()[i] > 0) {
                    families.counter(
                            "dpfs4j_requests",
                            "Requests answered",
                            queue.requests()[i],
                            labels.add("op", sums.operations().get(i)));
                }
            }
        });
        device.fuse.queues((index, now) -> {
            for (var state : QueueState.values()) {
                var labels = Labels.of("device", device.name, "queue", Integer.toString(index));
                families.gauge(
                        "dpfs4j_queue_state",
                        "1 for what the queue is doing",
                        state == now ? 1 : 0,
                        labels.add("state", state.name().toLowerCase(Locale.ROOT)));
            }
        });
    }

    private static void shares(Families families, Served device) {
        families.gauge(
                "dpfs4j_mounted",
                "1 while a guest has mounted the device",
                device.fuse.isMounted() ? 1 : 0,
                Labels.of("device", device.name));
        device.fuse
                .gauges()
                .forEach((path, values) -> values.forEach((gauge, value) -> families.gauge(
                        name(gauge), gauge.description(), value, Labels.of("device", device.name, "mount", path))));
    }

    private static String name(Gauge gauge) {
        return "dpfs4j_" + gauge.name().toLowerCase(Locale.ROOT);
    }

    /** Metrics of one collection, by name. */
    private static final class Families {
        private final Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
        private final Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
        private final HistogramSnapshot.Builder seconds = HistogramSnapshot.builder()
                .name("dpfs4j_request_seconds")
                .help("Time from the ring to the notification of the answer");

        void counter(String name, String help, long value, Labels labels) {
            counters.computeIfAbsent(
                            name, first -> CounterSnapshot.builder().name(name).help(help))
                    .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                            .value((double) value)
                            .labels(labels)
                            .build());
        }

        void gauge(String name, String help, long value, Labels labels) {
            gauges.computeIfAbsent(
                            name, first -> GaugeSnapshot.builder().name(name).help(help))
                    .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                            .value((double) value)
                            .labels(labels)
                            .build());
        }

        void seconds(long[] buckets, long nanos, Labels labels) {
            seconds.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS_SECONDS, buckets))
                    .sum(nanos / NANOS)
                    .labels(labels)
                    .build());
        }

        MetricSnapshots snapshots() {
            var all = MetricSnapshots.builder();
            counters.values().forEach(each -> all.metricSnapshot(each.build()));
            gauges.values().forEach(each -> all.metricSnapshot(each.build()));
            return all.metricSnapshot(seconds.build()).build();
        }
    }
}
