package org.dpfs4j.vhostuser;

/** Feature bits: VIRTIO 1.2 section 6 for the device, the vhost-user specification for the protocol. */
final class Features {
    static final long INDIRECT_DESC = 1L << 28;
    static final long EVENT_IDX = 1L << 29;

    /** Not a device feature: the front end knows protocol features, and rings begin disabled. */
    static final long PROTOCOL_FEATURES = 1L << 30;

    static final long VERSION_1 = 1L << 32;
    static final long RING_PACKED = 1L << 34;

    static final long PROTOCOL_MQ = 1L << 0;
    static final long PROTOCOL_REPLY_ACK = 1L << 3;
    static final long PROTOCOL_BACKEND_REQ = 1L << 5;
    static final long PROTOCOL_CONFIG = 1L << 9;
    static final long PROTOCOL_BACKEND_SEND_FD = 1L << 10;
    static final long PROTOCOL_RESET_DEVICE = 1L << 13;
    static final long PROTOCOL_CONFIGURE_MEM_SLOTS = 1L << 15;
    static final long PROTOCOL_STATUS = 1L << 16;

    private Features() {}

    /** What the device offers its driver. */
    static long device(VhostUserConfig config) {
        return VERSION_1 | INDIRECT_DESC | EVENT_IDX | PROTOCOL_FEATURES | (config.packedRing() ? RING_PACKED : 0);
    }

    /** What we offer the front end. */
    static long protocol(VhostUserConfig config) {
        return PROTOCOL_MQ
                | PROTOCOL_REPLY_ACK
                | PROTOCOL_BACKEND_REQ
                | PROTOCOL_BACKEND_SEND_FD
                | PROTOCOL_RESET_DEVICE
                | PROTOCOL_CONFIGURE_MEM_SLOTS
                | PROTOCOL_STATUS
                | (config.configSpace() ? PROTOCOL_CONFIG : 0);
    }
}
