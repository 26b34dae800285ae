package org.dpfs4j.nfs.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.dpfs4j.io.Lane;

/**
 * What a connection receives: bytes become records, and the data of long replies goes where it belongs while it comes. Unless it is
 * encrypted it is received there, past the channel, which is left little to receive while such data is expected.
 */
final class Receiver implements RecordReader.Records {
    private static final int REPLY = 1;

    private final Lane lane;
    private final Consumer<XdrReader> taker;
    private final IntFunction<RpcRequest> requests;
    private final ReceiveBuffer buffer;
    private final Landing landing = new Landing();
    private final RecordReader records;
    private final XdrReader reader = new XdrReader();
    private UnixChannel socket;
    private int expected;
    private boolean closed;

    /**
     * What is received on a lane.
     *
     * @param taker takes whole records, and those whose data has landed; they are valid until it returns
     * @param requests what a reply with this number would answer, null if nothing
     */
    Receiver(
            Lane lane,
            int recordBytesMax,
            ReceiveBuffer buffer,
            Consumer<XdrReader> taker,
            IntFunction<RpcRequest> requests) {
        this.lane = lane;
        this.taker = taker;
        this.requests = requests;
        this.buffer = buffer;
        records = new RecordReader(recordBytesMax, landing, this);
    }

    /** Data can be received by the socket of this channel: nothing is between the two. */
    void plain(Channel channel) {
        socket = channel instanceof UnixChannel unix ? unix : null;
    }

    /** A request with data that may land has been sent, or answered. */
    void expects(RpcRequest request, int more) {
        if (socket != null && request.target() != null) {
            expected += more;
            buffer.narrow(expected > 0);
        }
    }

    /** Takes what the channel has received; throws {@link Malformed} when it makes no sense. */
    void take(ByteBuf bytes) {
        records.feed(buffer.addressOf(bytes), bytes.readableBytes());
        while (socket != null && landing.receives() && !closed && socket.isOpen()) {
            var count = landing.receive(lane.syscalls(), socket.fd().intValue());
            if (count == 0) {
                return;
            }
            records.received(count);
        }
    }

    @Override
    public void begun(long address, int recordBytes) {
        reader.wrap(address, RecordReader.HEAD_BYTES);
        var request = requests.apply(reader.getInt());
        if (request == null || request.target() == null || reader.getInt() != REPLY) {
            return;
        }
        var bytes = request.landingBytes(reader);
        if (bytes > 0
                && RecordReader.HEAD_BYTES + Xdr.padded(bytes) == recordBytes
                && bytes <= request.target().sizeBytes() - request.targetOffset()) {
            landing.begin(request.target(), request.targetOffset(), bytes);
        }
    }

    @Override
    public void record(long address, int bytes) {
        reader.wrap(address, bytes);
        if (landing.isUnderWay()) {
            reader.landed(landing);
        }
        taker.accept(reader);
    }

    /** Nothing is received any more, nor written where data was landing. */
    void close() {
        closed = true;
        records.close();
    }

    /** Frees the memory, once the channel is closed. */
    void free() {
        buffer.close();
        landing.close();
    }
}
