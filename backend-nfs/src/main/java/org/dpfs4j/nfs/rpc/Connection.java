package org.dpfs4j.nfs.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.Socket;
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
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
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
    private final Receiver receiver;
    private final RpcRequest[] outstanding = new RpcRequest[OUTSTANDING];
    private final Runnable flush = this::flush;
    private int outstandingCount;
    private int nextXid;
    private Channel channel;
    private SendQueue sending;
    private boolean flushing;
    private boolean closed;
    private long heardNanos = System.nanoTime();
    private Throwable why;

    Connection(Lane lane, ConnectionConfig config, Events events, ReceiveBuffer receiveBuffer) {
        this.lane = lane;
        this.config = config;
        this.events = events;
        receiver = new Receiver(lane, config.recordBytesMax(), receiveBuffer, this::record, this::request);
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
        receiver.expects(request, 1);
        request.seal(nextXid, System.nanoTime());
        outstanding[nextXid & OUTSTANDING - 1] = request;
        outstandingCount++;
        lane.awaits(1);
        sending.add(request);
        flushLater();
        return true;
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
            lane.sent();
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
        if (config.tls() == null) {
            receiver.plain(channel);
        }
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

    /**
     * Looks whether the connection has been reset, where an answer is awaited and nothing has come for a moment. Netty's
     * io_uring channels do not hear of it each time: a poll that ends with nothing but an error is dropped (4.2.18).
     */
    public void look(long now) {
        if (closed || outstandingCount == 0 || now - heardNanos < LOOK_NANOS) {
            return;
        }
        try {
            if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket && socket.getSoError() != 0) {
                close(new IOException("the connection was reset"));
            }
        } catch (IOException gone) {
            close(gone);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        try {
            heardNanos = System.nanoTime();
            receiver.take(bytes);
        } catch (Malformed malformed) {
            close(malformed);
        } finally {
            bytes.release();
        }
    }

    private void record(XdrReader in) {
        if (in.remaining() < HEAD_BYTES) {
            throw new Malformed("a record of " + in.remaining() + " bytes");
        }
        var xid = in.getInt();
        var type = in.getInt();
        switch (type) {
            case REPLY -> replied(xid, in);
            case CALL -> events.called(this, xid, in);
            default -> throw new Malformed("a message of type " + type);
        }
    }

    /** What a reply of this number answers; null: nothing. */
    private RpcRequest request(int xid) {
        var request = outstanding[xid & OUTSTANDING - 1];
        return request != null && request.xid() == xid ? request : null;
    }

    private void replied(int xid, XdrReader reader) {
        var request = request(xid);
        if (request == null) {
            throw new Malformed("a reply to nothing");
        }
        receiver.expects(request, -1);
        outstanding[xid & OUTSTANDING - 1] = null;
        outstandingCount--;
        lane.awaits(-1);
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
        lane.awaits(-outstandingCount);
        outstandingCount = 0;
        receiver.close();
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
        receiver.free();
        events.closed(this, why);
    }
}
