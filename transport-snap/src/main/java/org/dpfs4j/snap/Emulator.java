package org.dpfs4j.snap;

/**
 * A device of this machine that emulates others: {@code struct vfsp_mgr}.
 *
 * @param rdma its name as an RDMA device, such as {@code mlx5_0}
 * @param capabilities what it emulates: {@link #FILE_SYSTEMS} and the others
 * @param queuesMax queues that one function may have
 * @param functionsMax physical functions that it may show
 * @param functions how many it shows now
 */
public record Emulator(String rdma, int capabilities, long queuesMax, long functionsMax, long functions) {
    /** virtio-fs. */
    public static final int FILE_SYSTEMS = 1;

    /** virtio-blk. */
    public static final int BLOCK_DEVICES = 2;

    /** virtio-net. */
    public static final int NETWORK_CARDS = 4;

    /** NVMe. */
    public static final int NVME = 8;

    /** Functions that come and go while the host runs. */
    public static final int HOTPLUG = 16;

    /** Virtual functions. */
    public static final int VIRTUAL_FUNCTIONS = 32;

    /** Whether it has all of these capabilities. */
    public boolean can(int capability) {
        return (capabilities & capability) == capability;
    }
}
