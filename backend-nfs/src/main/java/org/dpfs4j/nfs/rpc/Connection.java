package org.dpfs4j.nfs.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection to a server, on one lane, and the requests that are outstanding on it. When it is closed, for whatever
 * reason, whoever sent requests decides about them.
 */
public final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int OUTSTANDING = 512;
    private static final int CHECKS_PER_TIMEOUT = 4;
    private static final int CALL = 0;
    private static final int REPLY = 1;
    private static final int HEAD_BYTES = 8;

    /** Hears what becomes of a connection; called on the lane. */
    public interface Events {
        /** Requests can be sent. */
        void opened(Connection connection);

        /** The server calls us: {@code in} begins behind XID and message type. */
        void called(Connection connection, int xid, XdrReader in);

        /** Nothing more comes; called once, also when it was never opened. */
        void closed(Connection connection, Throwable why);
    }

    private final Lane lane;
    private final ConnectionConfig config;
    private final Events events;
    private final ReceiveBuffer receiveBuffer;
    private final RecordReader records;
    private final Landing landing = new Landing();
    private final XdrReader reader = new XdrReader();
    private final RpcRequest[] outstanding = new RpcRequest[OUTSTANDING];
    private final Runnable flush = this::flush;
    private int outstandingCount;
    private int nextXid;
    private Channel channel;
    private SendQueue sending;
    private int socket;
    private boolean direct;
    private int landings;
    private boolean flushing;
    private boolean closed;
    private long heardNanos = System.nanoTime();
    private Throwable why;

    Connection(Lane lane, ConnectionConfig config, Events events, ReceiveBuffer receiveBuffer) {
        this.lane = lane;
        this.config = config;
        this.events = events;
        this.receiveBuffer = receiveBuffer;
        records = new RecordReader(config.recordBytesMax(), landing, new RecordReader.Records() {
            @Override
            public void record(long address, int bytes) {
                Connection.this.record(address, bytes);
            }

            @Override
            public void begun(long address, int recordBytes) {
                land(address, recordBytes);
            }
        });
        nextXid = java.util.concurrent.ThreadLocalRandom.current().nextInt();
    }

    /** The lane that it belongs to. */
    public Lane lane() {
        return lane;
    }

    /** Sends a request at the end of this turn; false when the connection is closed or has too much outstanding. */
    public boolean send(RpcRequest request) {
        if (closed || sending == null || outstandingCount >= OUTSTANDING / 2) {
            return false;
        }
        do {
            nextXid++;
        } while (outstanding[nextXid & OUTSTANDING - 1] != null);
        request.seal(nextXid, System.nanoTime());
        outstanding[nextXid & OUTSTANDING - 1] = request;
        outstandingCount++;
        expect(request, 1);
        sending.add(request);
        flushLater();
        return true;
    }

    /** Where data is to land, little is received in front of it. */
    private void expect(RpcRequest request, int more) {
        if (direct && request.target() != null) {
            landings += more;
            receiveBuffer.narrow(landings > 0);
        }
    }

    /** Sends a record that is no request, such as the reply to one of the server's calls; its mark is set here. */
    public void sendReply(XdrWriter record) {
        if (!closed && sending != null) {
            record.patchInt(0, RecordReader.LAST_FRAGMENT | record.position() - Integer.BYTES);
            sending.addRecord(record);
            flushLater();
        }
    }

    private void flushLater() {
        if (!flushing) {
            flushing = true;
            lane.execute(flush);
        }
    }

    private void flush() {
        flushing = false;
        if (!closed) {
            sending.flush();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (closed) {
            channel.close();
            return;
        }
        sending = new SendQueue(channel);
        direct = config.tls() == null && channel instanceof UnixChannel && !Boolean.getBoolean("nodirect");
        socket = direct ? ((UnixChannel) channel).fd().intValue() : -1;
        heardNanos = System.nanoTime();
        checkLater();
        events.opened(this);
    }

    private void checkLater() {
        lane.eventLoop()
                .schedule(this::check, config.replyTimeout().toNanos() / CHECKS_PER_TIMEOUT, TimeUnit.NANOSECONDS);
    }

    /** A server that says nothing while we wait is not there any more, or a late reply would find other requests. */
    private void check() {
        if (closed) {
            return;
        }
        var now = System.nanoTime();
        var oldest = now;
        for (var request : outstanding) {
            if (request != null && request.sentNanos() - oldest < 0) {
                oldest = request.sentNanos();
            }
        }
        var silentSince = oldest - heardNanos < 0 ? heardNanos : oldest;
        if (now - silentSince > config.replyTimeout().toNanos()) {
            close(new IOException(
                    "the server has not answered for " + config.replyTimeout().toMillis() + " ms"));
        } else {
            checkLater();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        try {
            heardNanos = System.nanoTime();
            records.feed(receiveBuffer.addressOf(bytes), bytes.readableBytes());
            receiveLanding();
        } catch (Malformed malformed) {
            close(malformed);
        } finally {
            bytes.release();
        }
    }

    /** What has come of data that is landing is received there. */
    private void receiveLanding() {
        while (direct && landing.receives() && !closed) {
            var count = landing.receive(lane.syscalls(), socket);
            if (count == 0) {
                return;
            }
            records.received(count);
        }
    }

    private void land(long address, int recordBytes) {
        reader.wrap(address, RecordReader.HEAD_BYTES);
        var xid = reader.getInt();
        var request = outstanding[xid & OUTSTANDING - 1];
        if (reader.getInt() != REPLY || request == null || request.xid() != xid || request.target() == null) {
            return;
        }
        var bytes = request.landingBytes(reader);
        if (bytes > 0
                && RecordReader.HEAD_BYTES + Xdr.padded(bytes) == recordBytes
                && bytes <= request.target().sizeBytes() - request.targetOffset()) {
            landing.begin(request.target(), request.targetOffset(), bytes);
        }
    }

    private void record(long address, int bytes) {
        if (bytes < HEAD_BYTES) {
            throw new Malformed("a record of " + bytes + " bytes");
        }
        reader.wrap(address, bytes);
        if (landing.isUnderWay()) {
            reader.landed(landing);
        }
        var xid = reader.getInt();
        var type = reader.getInt();
        switch (type) {
            case REPLY -> replied(xid);
            case CALL -> events.called(this, xid, reader);
            default -> throw new Malformed("a message of type " + type);
        }
    }

    private void replied(int xid) {
        var index = xid & OUTSTANDING - 1;
        var request = outstanding[index];
        if (request == null || request.xid() != xid) {
            throw new Malformed("a reply to nothing");
        }
        outstanding[index] = null;
        outstandingCount--;
        expect(request, -1);
        request.replied(reader);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a connection to {} failed", config.host(), cause);
        }
        close(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close(new IOException("the server closed the connection"));
    }

    /** Connecting failed. */
    void failed(Throwable cause) {
        close(cause);
    }

    /** Whether nothing can be sent any more. */
    public boolean isClosed() {
        return closed;
    }

    /** Closes it; {@link Events#closed} is called later in this turn. */
    public void close(Throwable cause) {
        if (closed) {
            return;
        }
        closed = true;
        why = cause;
        java.util.Arrays.fill(outstanding, null);
        outstandingCount = 0;
        records.close();
        if (channel == null) {
            later();
        } else {
            channel.close().addListener(done -> later());
        }
    }

    /** Nobody is left to hear of it when the lane ends itself. */
    private void later() {
        if (!lane.eventLoop().isShuttingDown()) {
            lane.execute(this::ended);
        }
    }

    private void ended() {
        if (sending != null) {
            sending.close();
        }
        receiveBuffer.close();
        landing.close();
        events.closed(this, why);
    }
}
