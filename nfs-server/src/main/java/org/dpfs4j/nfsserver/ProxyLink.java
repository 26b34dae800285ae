package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One client's connection through a {@link FaultProxy}, and the one to the server that belongs to it. */
final class ProxyLink {
    private static final int REVERSE_MILLIS = 3;
    private static final int STATUS_AT = 24;

    private final ProxyRules rules;
    private final boolean readable;
    private final Channel client;
    private Channel server;
    /** What replies to calls that are under way meet. */
    private final Map<Integer, ProxyRules.Rule> fates = new HashMap<>();

    private final Deque<ByteBuf> reversed = new ArrayDeque<>();
    private boolean cut;

    ProxyLink(ProxyRules rules, Channel client, boolean readable) {
        this.rules = rules;
        this.readable = readable;
        this.client = client;
        watch(client, readable ? this::call : bytes -> carry(server, bytes));
    }

    void join(Channel channel) {
        server = channel;
        watch(channel, readable ? this::reply : bytes -> carry(client, bytes));
    }

    private void watch(Channel channel, Sink sink) {
        if (readable) {
            channel.pipeline().addLast(new Records());
        }
        channel.pipeline().addLast(new Direction(sink));
    }

    /** Reads nothing from either side, or goes on. */
    void hold(boolean held) {
        client.config().setAutoRead(!held);
        if (server != null) {
            server.config().setAutoRead(!held);
        }
    }

    void cut(boolean reset) {
        if (cut) {
            return;
        }
        cut = true;
        rules.cuts++;
        for (Channel channel : server == null ? new Channel[] {client} : new Channel[] {client, server}) {
            if (reset) {
                reset(channel);
            } else {
                channel.flush();
                channel.close();
            }
        }
    }

    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    private void call(ByteBuf record) {
        if (rules.watches() && record.getInt(4) == Nfs.CALL) {
            var call = CallRecord.of(record);
            var rule = rules.take(call);
            if (rule != null && rule.fate == ProxyRules.Fate.CUT_BEFORE) {
                record.release();
                cut(true);
                return;
            }
            if (rule != null) {
                fates.put(call.xid(), rule);
            }
            if (rule != null && rule.fate == ProxyRules.Fate.FAIL) {
                int index = call.indexOf(rule.operation);
                if (index == 0) {
                    record.release();
                    reply(failed(call.xid()));
                    return;
                }
                record.setInt(call.countAt(), index).writerIndex(call.offsets().get(index));
            }
        }
        carry(server, Records.marked(record));
    }

    private void reply(ByteBuf record) {
        var rule = fates.isEmpty() ? null : fates.remove(record.getInt(0));
        if (rule != null && rule.fate == ProxyRules.Fate.CUT_AFTER) {
            record.release();
            cut(true);
            return;
        }
        if (rule != null && record.getInt(STATUS_AT) == Nfs.OK) {
            fail(record, rule);
        }
        var marked = rules.fragmentBytes > 0 ? Records.fragmented(record, rules.fragmentBytes) : Records.marked(record);
        if (!rules.reverses) {
            carry(client, marked);
            return;
        }
        if (reversed.isEmpty()) {
            client.eventLoop().schedule(this::carryReversed, REVERSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        reversed.push(marked);
    }

    private void carryReversed() {
        while (!reversed.isEmpty()) {
            carry(client, reversed.pop());
        }
        client.flush();
    }

    /** A reply of no results yet, status OK. */
    private ByteBuf failed(int xid) {
        var out = client.alloc().buffer();
        out.writeInt(xid).writeInt(Nfs.REPLY).writeInt(0).writeLong(0).writeInt(0);
        return out.writeInt(Nfs.OK).writeInt(0).writeInt(0);
    }

    /** Adds to a reply the result of the operation that the server has not seen. */
    private static void fail(ByteBuf record, ProxyRules.Rule rule) {
        int tag = record.getInt(STATUS_AT + 4);
        int countAt = STATUS_AT + 8 + tag + Xdr.padding(tag);
        record.setInt(STATUS_AT, rule.status).setInt(countAt, record.getInt(countAt) + 1);
        record.writeInt(rule.operation).writeInt(rule.status);
        if (rule.operation == Nfs.SETATTR) {
            record.writeInt(0);
        }
    }

    private void carry(Channel to, ByteBuf bytes) {
        if (rules.delayMillis > 0) {
            client.eventLoop()
                    .schedule(
                            () -> {
                                carryNow(to, bytes);
                                to.flush();
                            },
                            rules.delayMillis,
                            TimeUnit.MILLISECONDS);
        } else {
            carryNow(to, bytes);
        }
    }

    private void carryNow(Channel to, ByteBuf bytes) {
        int length = bytes.readableBytes();
        int carried = cut ? 0 : rules.carry(length);
        if (to == client && rules.segmentBytes > 0) {
            for (int at = 0; at < carried; at += rules.segmentBytes) {
                to.writeAndFlush(bytes.readRetainedSlice(Math.min(rules.segmentBytes, carried - at)));
            }
        } else if (carried > 0) {
            to.write(bytes.readRetainedSlice(carried), to.voidPromise());
        }
        bytes.release();
        if (carried < length && !cut) {
            to.flush();
            cut(rules.resets());
        }
    }

    /** A sink of records. */
    @FunctionalInterface
    private interface Sink {
        void take(ByteBuf record);
    }

    /** What comes in at one of the two connections. */
    private final class Direction extends ChannelInboundHandlerAdapter {
        private final Sink sink;

        Direction(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            sink.take((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            // A call may be answered here.
            client.flush();
            server.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            var other = context.channel() == client ? server : client;
            if (other != null) {
                other.writeAndFlush(context.alloc().buffer(0, 0)).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
