package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How QEMU runs a guest's code: by KVM where that really works, else by translation. A device file is no proof (under
 * some hypervisors
 * KVM opens and its guests stand still), so a guest is booted once per machine and QEMU, and the answer is kept.
 */
enum Acceleration {
    KVM("kvm", "host"),
    /**
     * One thread for each cpu, and room for two at least ({@link QemuGuest}): else QEMU 7.2 leaves the guest's memory barriers
     * out, though a vhost-user server runs beside it, and an interrupt of a ring is missed now and then (seen with
     * one thread for two cpus: used entries that the driver had asked to be told of, and a guest asleep).
     *
     * <p>Without cmpxchg16b: under QEMU 7.2 Linux 6.12 on two cpus found wrong flags right after that instruction in 4 of
     * 6 runs (double fault in
     * {@code __kmalloc_noprof}, or a spurious debug trap), and in none of 6 without it.
     */
    TRANSLATION("tcg,thread=multi", "max,-cx16");

    private static final Logger LOG = LoggerFactory.getLogger(Acceleration.class);
    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final Path MACHINE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Duration LIMIT = Duration.ofSeconds(12);

    private final String accelerator;
    private final String cpu;

    Acceleration(String accelerator, String cpu) {
        this.accelerator = accelerator;
        this.cpu = cpu;
    }

    List<String> words() {
        return List.of("-accel", accelerator, "-cpu", cpu);
    }

    /** The best that works here, tried with {@code kernel}. */
    static synchronized Acceleration probe(GuestCache cache, String qemu, Kernel kernel)
            throws IOException, GuestUnavailable {
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            return TRANSLATION;
        }
        String machine = Files.readString(MACHINE).strip();
        Path answer = cache.root().resolve("kvm-" + machine);
        if (Files.exists(answer)) {
            return valueOf(Files.readString(answer));
        }
        Acceleration found = boots(cache, qemu, kernel) ? KVM : TRANSLATION;
        LOG.info(
                "KVM {} on this machine: guests run by {}",
                found == KVM ? "works" : "does not work",
                found.accelerator);
        Files.writeString(answer, found.name());
        return found;
    }

    private static boolean boots(GuestCache cache, String qemu, Kernel kernel) throws IOException, GuestUnavailable {
        var options = GuestOptions.of(kernel, "none", List.of());
        try (var trial = QemuGuest.withoutShare(cache, qemu, KVM, options)) {
            return trial.await(LIMIT).finished();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
