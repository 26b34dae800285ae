package org.dpfs4j.nfs.rpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.memory.Memory;

/**
 * The beginning of a connection that is to be encrypted (RFC 9289, 4.1): asks the server in plain text whether it does TLS, and goes
 * on with TLS or not at all. The connection hears that it is active when TLS is up; until then nothing of it is sent. Afterwards
 * this stays between the two, and gives the connection what was decrypted in memory that has an address.
 *
 * <pre>
 *   us                                             server
 *   | NULL, credential AUTH_TLS      ───────────►
 *                                    ◄───────────  accepted, verifier AUTH_NONE with "STARTTLS", success |
 *   | TLS ...                        ◄──────────►  TLS ...                                               |
 * </pre>
 */
final class StartTls extends ChannelInboundHandlerAdapter {
    private static final int NFS = 100003;
    private static final int NFS_VERSION = 4;
    private static final int RPC_VERSION = 2;
    private static final int CALL = 0;
    private static final int NULL = 0;
    private static final int CALL_BYTES = 44;
    private static final int MARK_BYTES = 4;
    private static final int XID_AT = 4;

    /** Any reply to NULL is shorter: a verifier has 400 bytes at most. */
    private static final int REPLY_BYTES_MAX = 512;

    private static final byte[] STARTTLS = "STARTTLS".getBytes(US_ASCII);

    private enum State {
        ASKED,
        HANDSHAKE,
        OPEN
    }

    private final ConnectionConfig config;
    private final int xid = ThreadLocalRandom.current().nextInt();
    private final ByteBuf answer = Unpooled.buffer(MARK_BYTES + REPLY_BYTES_MAX);
    private State state = State.ASKED;
    private Future<?> limit;

    StartTls(ConnectionConfig config) {
        this.config = config;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var millis = config.connectTimeout().toMillis();
        limit = context.executor()
                .schedule(
                        () -> fail(context, "TLS has not begun within " + millis + " ms", null),
                        millis,
                        TimeUnit.MILLISECONDS);
        context.writeAndFlush(question());
    }

    private ByteBuf question() {
        try (var call = new XdrWriter(CALL_BYTES)) {
            call.putInt(RecordReader.LAST_FRAGMENT | CALL_BYTES - MARK_BYTES);
            call.putInt(xid);
            call.putInt(CALL);
            call.putInt(RPC_VERSION);
            call.putInt(NFS);
            call.putInt(NFS_VERSION);
            call.putInt(NULL);
            Credential.TLS.write(call);
            assert call.position() == CALL_BYTES;
            return Unpooled.copiedBuffer(Memory.at(call.address(), CALL_BYTES).asByteBuffer());
        }
    }

    /** The answer to a question about TLS that says yes, with its record mark. */
    private ByteBuf yes() {
        return Unpooled.buffer(CALL_BYTES)
                .writeInt(0)
                .writeInt(xid)
                .writeInt(1) // REPLY
                .writeInt(0) // accepted
                .writeInt(0) // AUTH_NONE
                .writeInt(STARTTLS.length)
                .writeBytes(STARTTLS)
                .writeInt(0); // success
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        if (state == State.OPEN && bytes.isDirect()) {
            context.fireChannelRead(bytes);
            return;
        }
        try {
            if (state == State.OPEN) {
                context.fireChannelRead(
                        context.alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes));
            } else if (state == State.ASKED) {
                answer(context, bytes);
            }
        } finally {
            bytes.release();
        }
    }

    private void answer(ChannelHandlerContext context, ByteBuf bytes) {
        if (bytes.readableBytes() > answer.writableBytes()) {
            refuse(context);
            return;
        }
        answer.writeBytes(bytes);
        if (answer.readableBytes() < MARK_BYTES) {
            return;
        }
        var length = answer.getInt(0) & ~RecordReader.LAST_FRAGMENT;
        var last = answer.getInt(0) < 0;
        if (!last || length > REPLY_BYTES_MAX || answer.readableBytes() > MARK_BYTES + length) {
            refuse(context);
        } else if (answer.readableBytes() == MARK_BYTES + length) {
            answered(context);
        }
    }

    /** Whoever is not one of ours may have put something behind the answer: then it is none. */
    private void answered(ChannelHandlerContext context) {
        var yes = yes();
        yes.setInt(0, answer.getInt(0));
        if (yes.equals(answer)) {
            state = State.HANDSHAKE;
            context.pipeline().addFirst(config.tls().handler(context.alloc()));
        } else if (answer.readableBytes() > XID_AT + Integer.BYTES && answer.getInt(XID_AT) == xid) {
            fail(context, "it does not do TLS", null);
        } else {
            refuse(context);
        }
    }

    private static void refuse(ChannelHandlerContext context) {
        fail(context, "its answer to the question whether it does TLS makes no sense", null);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            if (shaken.isSuccess()) {
                state = State.OPEN;
                limit.cancel(false);
                context.fireChannelActive();
            } else {
                fail(context, reason(shaken.cause()), shaken.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            fail(context, "the server ended TLS", null);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return "it closed the connection when TLS began";
        }
        var root = cause;
        var aboutCertificate = false;
        for (; ; root = root.getCause()) {
            aboutCertificate |= root instanceof CertificateException;
            if (root.getCause() == null) {
                break;
            }
        }
        return (aboutCertificate ? "its certificate is refused: " : "TLS failed: ") + root.getMessage();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (state == State.ASKED) {
            fail(context, "it closed the connection when it was asked whether it does TLS", null);
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var inside = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (inside instanceof javax.net.ssl.SSLException) {
            fail(context, reason(inside), inside);
        } else {
            context.fireExceptionCaught(inside);
        }
    }

    private static void fail(ChannelHandlerContext context, String sentence, Throwable cause) {
        context.fireExceptionCaught(new IOException(sentence, cause));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (limit != null) {
            limit.cancel(false);
        }
    }
}
