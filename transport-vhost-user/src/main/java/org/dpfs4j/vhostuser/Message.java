package org.dpfs4j.vhostuser;

import java.util.List;
import org.dpfs4j.io.Fd;

/**
 * A checked control message of the front end: sizes, queue indices and counts are in range. The receiver owns the
 * descriptors in it. A null descriptor means the front end gave none and polls, or wants us to.
 */
sealed interface Message {
    record GetFeatures() implements Message {}

    record SetFeatures(long bits) implements Message {}

    record SetOwner() implements Message {}

    record ResetOwner() implements Message {}

    /** Every region with its file, in the order sent. */
    record SetMemTable(List<GuestPlace> places, List<Fd> files) implements Message {}

    record SetVringNum(int queue, int entries) implements Message {}

    record SetVringAddr(int queue, VringAddresses addresses) implements Message {}

    record SetVringBase(int queue, int base) implements Message {}

    record GetVringBase(int queue) implements Message {}

    record SetVringKick(int queue, Fd kick) implements Message {}

    record SetVringCall(int queue, Fd call) implements Message {}

    record SetVringErr(int queue, Fd error) implements Message {}

    record GetProtocolFeatures() implements Message {}

    record SetProtocolFeatures(long bits) implements Message {}

    record GetQueueNum() implements Message {}

    record SetVringEnable(int queue, boolean enabled) implements Message {}

    record SetBackendReqFd(Fd channel) implements Message {}

    record GetConfig(int offset, int size) implements Message {}

    /** Nothing in the configuration space of a virtio-fs device can be written. */
    record SetConfig() implements Message {}

    record ResetDevice() implements Message {}

    record GetMaxMemSlots() implements Message {}

    record AddMemReg(GuestPlace place, Fd file) implements Message {}

    record RemMemReg(GuestPlace place) implements Message {}

    record SetStatus(int status) implements Message {}

    record GetStatus() implements Message {}
}
