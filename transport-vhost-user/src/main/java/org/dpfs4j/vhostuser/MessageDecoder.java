package org.dpfs4j.vhostuser;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Fd;

/**
 * From the bytes of one control message to a checked {@link Message}. Everything in it comes from another process: sizes,
 * counts and indices are compared before they are used.
 */
final class MessageDecoder {
    /** Regions of guest memory at most, as many as KVM has (and as QEMU's own back ends say). */
    static final int REGIONS = 509;

    /** Bytes of configuration space asked for at most. */
    static final int CONFIG_BYTES = 256;

    private static final int REGION_BYTES = 32;
    private static final int VRING_INDEX = 0xff;
    private static final int VRING_NO_FD = 0x100;

    private final int queues;
    private final int queueSize;

    MessageDecoder(VhostUserConfig config) {
        queues = config.queues();
        queueSize = config.queueSize();
    }

    /**
     * Decodes a message; takes the descriptors it needs out of {@code fds}, what stays there nobody asked for.
     *
     * @param payload the bytes behind the header, little-endian
     */
    Message decode(int request, ByteBuffer payload, List<Fd> fds) throws BadMessage {
        return switch (request) {
            case 1 -> only(payload, new Message.GetFeatures());
            case 2 -> new Message.SetFeatures(u64(payload));
            case 3 -> only(payload, new Message.SetOwner());
            case 4 -> only(payload, new Message.ResetOwner());
            case 5 -> memTable(payload, fds);
            case 8 -> num(payload);
            case 9 -> addr(payload);
            case 10 -> base(payload);
            case 11 -> new Message.GetVringBase(state(payload));
            case 12 -> new Message.SetVringKick(vring(payload), vringFd(payload, fds));
            case 13 -> new Message.SetVringCall(vring(payload), vringFd(payload, fds));
            case 14 -> new Message.SetVringErr(vring(payload), vringFd(payload, fds));
            case 15 -> only(payload, new Message.GetProtocolFeatures());
            case 16 -> new Message.SetProtocolFeatures(u64(payload));
            case 17 -> only(payload, new Message.GetQueueNum());
            case 18 -> enable(payload);
            case 21 -> new Message.SetBackendReqFd(take(fds));
            case 24 -> getConfig(payload);
            case 25 -> new Message.SetConfig();
            case 34 -> only(payload, new Message.ResetDevice());
            case 36 -> only(payload, new Message.GetMaxMemSlots());
            case 37 -> new Message.AddMemReg(single(payload), take(fds));
            case 38 -> new Message.RemMemReg(single(payload));
            case 39 -> status(payload);
            case 40 -> only(payload, new Message.GetStatus());
            default -> throw new BadMessage("unknown message " + request);
        };
    }

    private static Message only(ByteBuffer payload, Message message) throws BadMessage {
        size(payload, 0);
        return message;
    }

    private static void size(ByteBuffer payload, int expected) throws BadMessage {
        if (payload.limit() != expected) {
            throw new BadMessage("payload of " + payload.limit() + " bytes instead of " + expected);
        }
    }

    private static long u64(ByteBuffer payload) throws BadMessage {
        size(payload, 8);
        return payload.getLong(0);
    }

    /** The payload may have room for more regions than it holds: User-mode Linux always sends room for two. */
    private static Message memTable(ByteBuffer payload, List<Fd> fds) throws BadMessage {
        if (payload.limit() < 8) {
            throw new BadMessage("memory table of " + payload.limit() + " bytes");
        }
        var count = payload.getInt(0);
        if (count < 0 || count > (payload.limit() - 8) / REGION_BYTES) {
            throw new BadMessage("memory table of " + payload.limit() + " bytes says " + count + " regions");
        }
        if (fds.size() < count) {
            throw new BadMessage("memory table of " + count + " regions came with " + fds.size() + " descriptors");
        }
        var places = new ArrayList<GuestPlace>(count);
        for (int i = 0; i < count; i++) {
            places.add(place(payload, 8 + i * REGION_BYTES));
        }
        var files = new ArrayList<Fd>(count);
        for (int i = 0; i < count; i++) {
            files.add(fds.removeFirst());
        }
        return new Message.SetMemTable(places, files);
    }

    private static GuestPlace place(ByteBuffer payload, int at) throws BadMessage {
        try {
            return new GuestPlace(
                    payload.getLong(at), payload.getLong(at + 8), payload.getLong(at + 16), payload.getLong(at + 24));
        } catch (IllegalArgumentException e) {
            throw new BadMessage(e.getMessage());
        }
    }

    /** {@code u64 padding}, then the region. */
    private static GuestPlace single(ByteBuffer payload) throws BadMessage {
        size(payload, 8 + REGION_BYTES);
        return place(payload, 8);
    }

    /** The queue of a {@code u32 index, u32 num}. */
    private int state(ByteBuffer payload) throws BadMessage {
        size(payload, 8);
        return queue(payload.getInt(0));
    }

    private int queue(int index) throws BadMessage {
        if (index < 0 || index >= queues) {
            throw new BadMessage("queue " + Integer.toUnsignedString(index) + " of " + queues);
        }
        return index;
    }

    private Message num(ByteBuffer payload) throws BadMessage {
        var queue = state(payload);
        var entries = payload.getInt(4);
        if (entries < 1 || entries > queueSize) {
            throw new BadMessage("queue " + queue + " of " + Integer.toUnsignedString(entries) + " entries; at most "
                    + queueSize + " are configured (queue-size)");
        }
        return new Message.SetVringNum(queue, entries);
    }

    private Message base(ByteBuffer payload) throws BadMessage {
        return new Message.SetVringBase(state(payload), payload.getInt(4));
    }

    private Message enable(ByteBuffer payload) throws BadMessage {
        var queue = state(payload);
        var enabled = payload.getInt(4);
        if (enabled != 0 && enabled != 1) {
            throw new BadMessage("queue " + queue + " enabled is " + enabled);
        }
        return new Message.SetVringEnable(queue, enabled == 1);
    }

    /** {@code u32 index, u32 flags, u64 descriptors, u64 used, u64 available, u64 log}; we offer no log. */
    private Message addr(ByteBuffer payload) throws BadMessage {
        size(payload, 40);
        return new Message.SetVringAddr(
                queue(payload.getInt(0)),
                new VringAddresses(payload.getLong(8), payload.getLong(16), payload.getLong(24)));
    }

    private int vring(ByteBuffer payload) throws BadMessage {
        var value = u64(payload);
        if ((value & ~(VRING_INDEX | VRING_NO_FD)) != 0) {
            throw new BadMessage("queue 0x" + Long.toHexString(value));
        }
        return queue((int) value & VRING_INDEX);
    }

    private static Fd vringFd(ByteBuffer payload, List<Fd> fds) throws BadMessage {
        return (payload.getLong(0) & VRING_NO_FD) != 0 ? null : take(fds);
    }

    private static Fd take(List<Fd> fds) throws BadMessage {
        if (fds.isEmpty()) {
            throw new BadMessage("no descriptor came with the message");
        }
        return fds.removeFirst();
    }

    /** {@code u32 offset, u32 size, u32 flags}, then room for {@code size} bytes, which some front ends leave out. */
    private static Message getConfig(ByteBuffer payload) throws BadMessage {
        if (payload.limit() < 12) {
            throw new BadMessage("GET_CONFIG of " + payload.limit() + " bytes");
        }
        var offset = payload.getInt(0);
        var size = payload.getInt(4);
        if (offset < 0 || size < 0 || size > CONFIG_BYTES || offset > CONFIG_BYTES - size) {
            throw new BadMessage("GET_CONFIG of " + Integer.toUnsignedString(size) + " bytes at "
                    + Integer.toUnsignedString(offset));
        }
        return new Message.GetConfig(offset, size);
    }

    private static Message status(ByteBuffer payload) throws BadMessage {
        var status = u64(payload);
        if ((status & ~0xffL) != 0) {
            throw new BadMessage("status 0x" + Long.toHexString(status));
        }
        return new Message.SetStatus((int) status);
    }
}
