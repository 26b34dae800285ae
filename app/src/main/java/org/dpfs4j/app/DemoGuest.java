package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.dpfs4j.guest.Guest;
import org.dpfs4j.guest.GuestCache;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.GuestOptions;
import org.dpfs4j.guest.GuestUnavailable;
import org.dpfs4j.guest.Kernel;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Kernels;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.UmlGuest;
import org.dpfs4j.guest.Workload;

/** The Linux guest of the demonstration: mounts the tag, runs {@code demo.sh} there and says what it wrote. */
final class DemoGuest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern SUM = Pattern.compile("@@SUM ([0-9a-f]{64})  \\./(.+)");

    /** Lines for the host's program rather than for people. */
    private static final Pattern MARK = Pattern.compile("@@(UP|BEGIN|END|DONE|SUM)\\b.*");

    private static final Pattern RESULT = Pattern.compile("^@@(PASS|FAIL|MOUNTED) ");

    private final Kernel kernel;
    private final GuestCache cache;

    private DemoGuest(Kernel kernel, GuestCache cache) {
        this.kernel = kernel;
        this.cache = cache;
    }

    /** Finds a kernel, in the user's cache or at the machine's Debian mirror. */
    static DemoGuest of(KernelSource source) throws GuestUnavailable {
        var cache = GuestCache.ofUser();
        return new DemoGuest(new Kernels(cache).find(source), cache);
    }

    /** What it will be, for people. */
    String describe() {
        return kernel.source().userMode()
                ? "User-mode Linux " + kernel.release()
                : "Linux " + kernel.release() + " in a virtual machine (QEMU)";
    }

    /**
     * Boots, waits for the guest's end and shows its console meanwhile.
     *
     * @return SHA-256 of what the guest wrote, by path
     * @throws GuestUnavailable when it cannot be started here
     * @throws Failure when it ran, and not as it should
     */
    Map<String, String> run(Path socket, String tag, PrintWriter out) throws GuestUnavailable, Failure {
        var sums = new ConcurrentSkipListMap<String, String>();
        GuestListener console = line -> hear(line, sums, out);
        try (var guest = start(socket, tag, console)) {
            // A demonstration that is ended by a signal leaves no virtual machine behind.
            var kill = new Thread(guest::kill);
            Runtime.getRuntime().addShutdownHook(kill);
            var result = guest.await(LIMIT);
            Runtime.getRuntime().removeShutdownHook(kill);
            if (!result.ok()) {
                throw Failure.cannot(
                        List.of("the guest did not do its work: "
                                + result.describe().strip()),
                        null);
            }
            return new TreeMap<>(sums);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cannot(List.of("interrupted"), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Guest start(Path socket, String tag, GuestListener console) throws GuestUnavailable {
        var options = GuestOptions.of(kernel, tag, List.of(Workload.of("demo", script())));
        return kernel.source().userMode()
                ? UmlGuest.start(cache, options, socket, console)
                : QemuGuest.start(cache, options, socket, console);
    }

    private static void hear(String line, Map<String, String> sums, PrintWriter out) {
        var sum = SUM.matcher(line);
        if (sum.matches()) {
            sums.put(sum.group(2), sum.group(1));
        }
        if (!MARK.matcher(line).matches()) {
            out.println("       guest | " + RESULT.matcher(line).replaceFirst("$1: "));
            out.flush();
        }
    }

    private static String script() {
        try (var in = DemoGuest.class.getResourceAsStream("demo.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
