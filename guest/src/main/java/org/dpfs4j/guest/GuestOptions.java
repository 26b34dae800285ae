package org.dpfs4j.guest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a guest is built and what it does.
 *
 * @param kernel what it boots
 * @param tag the virtio-fs tag it mounts, 1 to 36 bytes
 * @param cpus its processors; User-mode Linux has one
 * @param requestQueues the device's request queues; kernels before 6.12 use the first only
 * @param queueSize descriptors per queue, a power of two up to 1024; User-mode Linux uses 256
 * @param packed whether the driver may negotiate packed rings
 * @param memoryMib its memory; what the workloads copy into its own file system must fit
 * @param reboots whether a reboot starts it again instead of ending it
 * @param workloads what it runs, in this order
 * @param variables shell variables for the workloads
 * @param programs programs of the host that it has beside the toolbox's, by their absolute path in the guest; static
 * @param hardware words for QEMU that add to the machine; User-mode Linux has none
 */
public record GuestOptions(
        Kernel kernel,
        String tag,
        int cpus,
        int requestQueues,
        int queueSize,
        boolean packed,
        int memoryMib,
        boolean reboots,
        List<Workload> workloads,
        Map<String, String> variables,
        Map<String, Path> programs,
        List<String> hardware) {
    public GuestOptions {
        if (tag.isEmpty() || tag.length() > 36 || !tag.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException("a guest's tag is 1 to 36 letters, digits, dots and dashes: " + tag);
        }
        if (cpus < 1 || requestQueues < 1 || memoryMib < 128) {
            throw new IllegalArgumentException("a guest has at least one cpu, one request queue and 128 MiB");
        }
        if (queueSize < 16 || queueSize > 1024 || Integer.bitCount(queueSize) != 1) {
            throw new IllegalArgumentException("queue size must be a power of two from 16 to 1024: " + queueSize);
        }
        workloads = List.copyOf(workloads);
        variables = Map.copyOf(variables);
        programs = Map.copyOf(programs);
        hardware = List.copyOf(hardware);
    }

    /** One cpu, one request queue of 128, split ring, 768 MiB. */
    public static GuestOptions of(Kernel kernel, String tag, List<Workload> workloads) {
        return new GuestOptions(kernel, tag, 1, 1, 128, false, 768, false, workloads, Map.of(), Map.of(), List.of());
    }

    public GuestOptions withCpus(int count) {
        return new GuestOptions(
                kernel,
                tag,
                count,
                requestQueues,
                queueSize,
                packed,
                memoryMib,
                reboots,
                workloads,
                variables,
                programs,
                hardware);
    }

    public GuestOptions withQueues(int count, int size, boolean packedRings) {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                count,
                size,
                packedRings,
                memoryMib,
                reboots,
                workloads,
                variables,
                programs,
                hardware);
    }

    public GuestOptions withMemory(int mib) {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                requestQueues,
                queueSize,
                packed,
                mib,
                reboots,
                workloads,
                variables,
                programs,
                hardware);
    }

    public GuestOptions withReboots() {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                requestQueues,
                queueSize,
                packed,
                memoryMib,
                true,
                workloads,
                variables,
                programs,
                hardware);
    }

    /** Variables replace those of the same name; {@code HEAVY=1} makes workloads use larger sizes. */
    public GuestOptions withVariables(Map<String, String> more) {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                requestQueues,
                queueSize,
                packed,
                memoryMib,
                reboots,
                workloads,
                more,
                programs,
                hardware);
    }

    public GuestOptions withPrograms(Map<String, Path> more) {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                requestQueues,
                queueSize,
                packed,
                memoryMib,
                reboots,
                workloads,
                variables,
                more,
                hardware);
    }

    public GuestOptions withHardware(List<String> words) {
        return new GuestOptions(
                kernel,
                tag,
                cpus,
                requestQueues,
                queueSize,
                packed,
                memoryMib,
                reboots,
                workloads,
                variables,
                programs,
                words);
    }

    /** One line for people, for instance {@code Linux 6.12.1, 2 cpus, 4 queues of 1024, packed}. */
    public String describe() {
        return (kernel.source().userMode() ? "User-mode Linux " : "Linux ") + kernel.release() + ", " + cpus
                + (cpus == 1 ? " cpu, " : " cpus, ") + requestQueues
                + (requestQueues == 1 ? " queue of " : " queues of ")
                + queueSize + (packed ? ", packed" : ", split");
    }
}
