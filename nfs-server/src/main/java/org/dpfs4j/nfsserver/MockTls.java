package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A mock server's side of RPC over TLS (RFC 9289, 4.1): answers the question for it, and begins it. Whoever says anything else
 * first, or asks and then speaks another protocol than "sunrpc" on another version than 1.3, is complained about.
 */
final class MockTls extends ChannelInboundHandlerAdapter {
    private static final int PROCEDURE_AT = 20;
    private static final byte[] STARTTLS = "STARTTLS".getBytes(StandardCharsets.US_ASCII);

    private final SslContext tls;
    private final MockRules rules;
    private final List<String> complaints;

    MockTls(SslContext tls, MockRules rules, List<String> complaints) {
        this.tls = tls;
        this.rules = rules;
        this.complaints = complaints;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var call = (ByteBuf) message;
        int begin = call.readerIndex();
        int xid = call.getInt(begin);
        boolean asks = call.readableBytes() == 40
                && call.getInt(begin + PROCEDURE_AT) == 0
                && call.getInt(begin + PROCEDURE_AT + 4) == Nfs.AUTH_TLS;
        ReferenceCountUtil.release(message);
        if (!asks) {
            complaints.add("a call in plain text");
            context.close();
        } else if (rules.tlsAnswers > 0) {
            rules.tlsAnswers--;
            context.writeAndFlush(Unpooled.wrappedBuffer(Unpooled.copyInt(rules.tlsAnswerMark, xid), answer()));
        } else {
            context.writeAndFlush(Records.marked(yes(xid)));
            begin(context);
        }
    }

    private ByteBuf answer() {
        return Unpooled.copiedBuffer(rules.tlsAnswer);
    }

    private static ByteBuf yes(int xid) {
        var out =
                Unpooled.buffer().writeInt(xid).writeInt(Nfs.REPLY).writeInt(0).writeInt(Nfs.AUTH_NONE);
        return out.writeInt(STARTTLS.length).writeBytes(STARTTLS).writeInt(0);
    }

    private void begin(ChannelHandlerContext context) {
        var handler = tls.newHandler(context.alloc());
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                check(handler);
            }
        });
        context.pipeline().addFirst(handler);
        context.pipeline().remove(this);
    }

    private void check(SslHandler handler) {
        var version = handler.engine().getSession().getProtocol();
        if (!"sunrpc".equals(handler.applicationProtocol()) || !version.equals("TLSv1.3")) {
            complaints.add(version + " with " + handler.applicationProtocol());
        }
    }
}
