package org.dpfs4j.itest;

import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.guest.GuestOptions;
import org.dpfs4j.guest.Kernel;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;

/**
 * One kind of guest of the matrix that must work.
 *
 * @param kernel which Linux
 * @param cpus 1 or 2
 * @param requestQueues 1 or 4
 * @param queueSize 128 or 1024
 * @param packed the ring's form
 */
record GuestMatrix(KernelSource kernel, int cpus, int requestQueues, int queueSize, boolean packed) {
    private static final List<KernelSource> KERNELS =
            List.of(KernelSource.DEBIAN_12, KernelSource.DEBIAN_13, KernelSource.NEWEST);

    /** Six guests in which any two values of two columns meet at least once. */
    static List<GuestMatrix> pairwise() {
        return List.of(
                new GuestMatrix(KernelSource.DEBIAN_12, 1, 1, 128, false),
                new GuestMatrix(KernelSource.DEBIAN_12, 2, 4, 1024, true),
                new GuestMatrix(KernelSource.DEBIAN_13, 1, 1, 1024, true),
                new GuestMatrix(KernelSource.DEBIAN_13, 2, 4, 128, false),
                new GuestMatrix(KernelSource.NEWEST, 1, 4, 128, true),
                new GuestMatrix(KernelSource.NEWEST, 2, 1, 1024, false));
    }

    /** Every combination. */
    static List<GuestMatrix> all() {
        var all = new ArrayList<GuestMatrix>();
        for (KernelSource kernel : KERNELS) {
            for (int cpus : new int[] {1, 2}) {
                for (int queues : new int[] {1, 4}) {
                    for (int size : new int[] {128, 1024}) {
                        all.add(new GuestMatrix(kernel, cpus, queues, size, false));
                        all.add(new GuestMatrix(kernel, cpus, queues, size, true));
                    }
                }
            }
        }
        return all;
    }

    GuestOptions options(Kernel found, String tag, List<Workload> workloads) {
        return GuestOptions.of(found, tag, workloads)
                .withCpus(cpus)
                .withQueues(requestQueues, queueSize, packed)
                .withMemory(1024);
    }

    List<Object> columns() {
        return List.of(kernel, cpus, requestQueues, queueSize, packed);
    }
}
