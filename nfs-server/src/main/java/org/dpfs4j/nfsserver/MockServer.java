package org.dpfs4j.nfsserver;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * An NFS 4.1 and 4.2 server with a small tree in memory that does what a test tells it: what real servers do rarely, and what
 * no server should. It is strict where real servers are not, and keeps what clients do wrong in {@link #complaints}. It
 * exports its root, which is empty at first. All methods may be called from any thread, and wait until they are done. Why this
 * file is long: it has all that a test may tell it.
 */
public final class MockServer implements AutoCloseable {
    private final ServerLoop loop = new ServerLoop();
    private final ChannelGroup connections = new DefaultChannelGroup(loop.loop());
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final MockRules rules = new MockRules();
    private final MockTree tree = new MockTree();
    private final MockStates states = new MockStates();
    private final MockSessions sessions = new MockSessions(rules, states, complaints);
    private final MockRecalls recalls = new MockRecalls(tree, rules, states, this::recall);
    private final MockFiles files = new MockFiles(tree, rules, states, recalls);
    private final MockOpens opens = new MockOpens(tree, rules, states, files, recalls, complaints);
    private final MockCompound compound = new MockCompound(rules, sessions, files, opens, complaints);
    private final Map<Integer, CompletableFuture<byte[]>> callbacks = new HashMap<>();
    private final List<Channel> inOrder = new ArrayList<>();
    private final Channel listener;
    private int accepted;
    private int lastCallback = 0x5000_0000;

    private MockServer(SslContext tls) {
        listener = new ServerBootstrap()
                .group(loop.loop())
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted++;
                        if (inOrder.size() >= rules.connections) {
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        inOrder.add(channel);
                        channel.closeFuture().addListener(_ -> inOrder.remove(channel));
                        channel.pipeline().addLast(new Records());
                        if (tls != null) {
                            channel.pipeline().addLast(new MockTls(tls, rules, complaints));
                        }
                        channel.pipeline().addLast(new Connection());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Starts a server on a free port. */
    public static MockServer start() {
        return new MockServer(null);
    }

    /** Starts one that speaks RPC over TLS (RFC 9289), and nothing in plain text. */
    public static MockServer start(SslContext tls) {
        return new MockServer(tls);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    /** What clients did that a correct client never does, a sentence each. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    // What it grants. Sessions that exist keep what they have.

    /** The next sessions have this many slots at most. */
    public void grantSlots(int count) {
        run(() -> rules.slots = count);
    }

    /** The next sessions have requests and replies of at most this many bytes. */
    public void grantBytes(int bytes) {
        run(() -> {
            rules.requestMax = bytes;
            rules.responseMax = bytes;
            rules.cachedMax = Math.min(rules.cachedMax, bytes);
        });
    }

    /** The next sessions have compounds of at most this many operations. */
    public void grantOperations(int count) {
        run(() -> rules.operationsMax = count);
    }

    /** The next sessions have a backchannel, or have none though it was asked for. */
    public void grantBackchannel(boolean granted) {
        run(() -> rules.backchannel = granted);
    }

    /** More connections than these are closed at once. */
    public void grantConnections(int count) {
        run(() -> rules.connections = count);
    }

    /** A connection has to be bound to a session (BIND_CONN_TO_SESSION) before it is used for it. */
    public void requireBinding() {
        run(() -> rules.bindsBySequence = false);
    }

    /** Opens for reading come with a delegation, unless the client wants none. */
    public void grantDelegations(boolean granted) {
        run(() -> rules.delegations = granted);
    }

    /** They come even where the client says that it wants none. */
    public void insistOnDelegations() {
        run(() -> rules.delegationsUnasked = true);
    }

    /** Delegations from now on say that somebody is denied something. */
    public void denyByDelegations() {
        run(() -> rules.delegationEntry = 1);
    }

    /** A client's own requests need no recall of what it has: some servers see it so. */
    public void recallFromOthersOnly() {
        run(() -> rules.recallsFromSelf = false);
    }

    /** What it says that a READ and a WRITE can have, in bytes. */
    public void grantData(int readMax, int writeMax) {
        run(() -> {
            rules.readMax = readMax;
            rules.writeMax = writeMax;
        });
    }

    /** The highest minor version, 1 or 2. */
    public void minorVersion(int minor) {
        run(() -> rules.minor = minor);
    }

    public void leaseSeconds(int seconds) {
        run(() -> rules.leaseSeconds = seconds);
    }

    // What it does differently, from now on.

    /** The next {@code times} executions of an operation have this status and are not done. */
    public void fail(int operation, int status, int times) {
        run(() -> rules.force(operation, status, times));
    }

    /** The next {@code times} replies to calls with {@link Malformation#operation()} are broken. */
    public void malform(Malformation kind, int times) {
        malform(kind, kind.operation(), times);
    }

    /** As above, where another operation is broken in this way, as far as its results can be. */
    public void malform(Malformation kind, int operation, int times) {
        run(() -> rules.malform(kind, operation, times));
    }

    /** The next {@code times} calls are denied with RPC's AUTH_ERROR and this reason ({@code auth_stat}). */
    public void deny(int reason, int times) {
        run(() -> {
            rules.denied = reason;
            rules.denials = times;
        });
    }

    /**
     * The next questions for TLS are answered in another way.
     *
     * @param mark the answer's record mark
     * @param rest the answer after the XID
     */
    public void answerTls(int mark, byte[] rest, int times) {
        run(() -> {
            rules.tlsAnswerMark = mark;
            rules.tlsAnswer = rest.clone();
            rules.tlsAnswers = times;
        });
    }

    /** Every reply, with its record mark, is sent as this makes it; null ends it. */
    public void mangle(UnaryOperator<byte[]> mangler) {
        run(() -> rules.mangler = mangler);
    }

    /** Replies say that slots above {@code slot} are to be left alone; -1 takes it back. */
    public void targetSlot(int slot) {
        run(() -> rules.targetSlot = slot);
    }

    /** Flags of SEQUENCE's results ({@code SEQ4_STATUS_…}). */
    public void statusFlags(int flags) {
        run(() -> rules.statusFlags = flags);
    }

    /** READ gives and WRITE takes at most so many bytes, whatever was granted. */
    public void shortData(int readMax, int writeMax) {
        run(() -> {
            rules.shortReads = readMax;
            rules.shortWrites = writeMax;
        });
    }

    /** Every reply is sent so much later; calls are executed at once. */
    public void delayReplies(long millis) {
        run(() -> rules.replyDelayMillis = millis);
    }

    /** Calls are executed and not answered. */
    public void silent(boolean silent) {
        run(() -> rules.silent = silent);
    }

    /** Cookies of names that are made from now on are above 2^63. */
    public void hugeCookies() {
        run(tree::hugeCookies);
    }

    /** Every write is stable at once, whatever was asked. */
    public void stableWrites() {
        run(() -> rules.stableWrites = true);
    }

    /** File systems are said to be on these servers now ({@code fs_locations}). */
    public void locations(String... servers) {
        run(() -> rules.locations = List.of(servers));
    }

    /** Extended attributes are there, or are not. */
    public void xattrs(boolean there) {
        run(() -> rules.xattrs = there);
    }

    // What happens to it.

    /** All connections are reset. */
    public void cut() {
        run(() -> connections.forEach(channel -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }));
    }

    /** The connection at this place of those that are open, in the order in which they were made, is reset. */
    public void cut(int place) {
        run(() -> {
            inOrder.get(place).config().setOption(ChannelOption.SO_LINGER, 0);
            inOrder.get(place).close();
        });
    }

    /**
     * It restarts as one whose sessions outlive that (RFC 8881, 2.10.5.5): states are forgotten, data that was not committed is
     * lost, there is grace, and SEQUENCE says that there is something to be claimed.
     */
    public void restartKeepingSessions() {
        run(() -> {
            states.restart();
            tree.nodes().forEach(MockNode::revert);
            files.writeVerifier++;
            opens.grace = true;
            sessions.askForClaims();
        });
        cut();
    }

    /**
     * It restarts as after a crash: connections are cut, clients, sessions and states forgotten, data that was not committed is
     * lost, and there is grace until {@link #endGrace} or until a client has reclaimed everything.
     */
    public void restart() {
        run(() -> {
            sessions.forgetAll();
            states.restart();
            tree.nodes().forEach(MockNode::revert);
            files.writeVerifier++;
            opens.grace = true;
        });
        cut();
    }

    public void endGrace() {
        run(() -> opens.grace = false);
    }

    /** Data that was not committed is lost, nothing else. */
    public void loseUncommitted() {
        run(() -> {
            tree.nodes().forEach(MockNode::revert);
            files.writeVerifier++;
        });
    }

    /** Leases have run out: clients, sessions and states are forgotten, without grace. */
    public void expireClients() {
        run(() -> {
            sessions.forgetAll();
            states.restart();
        });
    }

    /** Sessions are forgotten; clients and their states are not. */
    public void forgetSessions() {
        run(sessions::forgetSessions);
    }

    /** An administrator takes away all opens and locks of a file. */
    public void revoke(String path) {
        run(() -> states.revoke(tree.at(path)));
    }

    /** All delegations are taken away, as from clients that have not given them back in time. */
    public void revokeDelegations() {
        run(states::revokeDelegations);
    }

    /** Something changes a file behind the back of all: nobody is asked to give back anything. */
    public void change(String path, byte[] content) {
        run(() -> {
            var node = tree.at(path);
            node.resize(0);
            node.write(0, content, content.length);
            node.commit();
        });
    }

    /** All file handles given so far are stale. */
    public void forgetHandles() {
        run(tree::forgetHandles);
    }

    // What was done.

    /** How often an operation was executed: not counting those that were made to fail, nor replies given again. */
    public int executed(int operation) {
        return ask(() -> rules.executed(operation));
    }

    /** As above, on each of the connections that are open, in the order in which they were made. */
    public List<Integer> executedOnEach(int operation) {
        return ask(() -> inOrder.stream()
                .map(connection -> rules.executed(operation, connection))
                .toList());
    }

    /** Connections accepted since the start. */
    public int accepted() {
        return ask(() -> accepted);
    }

    /** Connections that are open. */
    public int connected() {
        return connections.size();
    }

    /** Sessions that clients have. */
    public int sessions() {
        return ask(() -> sessions.all().size());
    }

    public int clients() {
        return ask(sessions::clients);
    }

    /** Opens, lock owners and delegations that clients hold. */
    public int states() {
        return ask(states::count);
    }

    /** Delegations that clients hold, with those that were revoked and not freed. */
    public int delegations() {
        return ask(() -> states.delegations());
    }

    /** Ranges that are locked. */
    public int locks() {
        return ask(states::locks);
    }

    /** Files of any type, with the root. */
    public int files() {
        return ask(tree::count);
    }

    /** Puts a regular file at a path whose parent is there. */
    public void put(String path, byte[] content) {
        run(() -> {
            int slash = path.lastIndexOf('/');
            var node = tree.make(Nfs.REGULAR, 0644);
            node.write(0, content, content.length);
            node.commit();
            tree.link(tree.at(path.substring(0, slash + 1)), path.substring(slash + 1), node);
        });
    }

    /** Takes away a file, as another client does. */
    public void remove(String path) {
        run(() -> {
            int slash = path.lastIndexOf('/');
            tree.unlink(tree.at(path.substring(0, slash + 1)), path.substring(slash + 1));
        });
    }

    public boolean exists(String path) {
        return ask(() -> tree.at(path) != null);
    }

    /** What a file holds, committed or not. */
    public byte[] content(String path) {
        return ask(() -> tree.at(path).content());
    }

    // What it asks of clients.

    /**
     * Sends CB_COMPOUND with CB_SEQUENCE and one more operation to every client that has a backchannel.
     *
     * @param operation its number
     * @param arguments its arguments
     * @return the results that follow CB_COMPOUND's header in RPC's reply, of one client
     */
    public CompletableFuture<byte[]> callBack(int operation, byte[] arguments) {
        var answer = new CompletableFuture<byte[]>();
        run(() -> sessions.withBackchannel().forEach(session -> {
            int xid = ++lastCallback;
            callbacks.put(xid, answer);
            session.back.writeAndFlush(Records.marked(MockCallback.encode(xid, session, operation, arguments)));
        }));
        return answer;
    }

    /** Recalls the delegation of a file. */
    public CompletableFuture<byte[]> recall(String path) {
        return callBack(
                Nfs.CB_RECALL,
                ask(() -> recalls.arguments(states.delegations(tree.at(path)).getFirst())));
    }

    /** Calls one client, where it can be called. */
    private void recall(MockClient client, byte[] arguments) {
        for (var session : sessions.withBackchannel()) {
            if (session.client == client) {
                int xid = ++lastCallback;
                callbacks.put(xid, new CompletableFuture<>());
                session.back.writeAndFlush(Records.marked(MockCallback.encode(xid, session, Nfs.CB_RECALL, arguments)));
                return;
            }
        }
    }

    /** Sends bytes as they are to every client. */
    public void send(byte[] bytes) {
        run(() -> connections.forEach(channel -> channel.writeAndFlush(Unpooled.copiedBuffer(bytes))));
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.close().awaitUninterruptibly();
        loop.close();
    }

    private void run(Runnable change) {
        loop.run(change);
    }

    private <T> T ask(Callable<T> question) {
        return loop.ask(question);
    }

    /** One connection: calls come in, replies and callbacks go out. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var record = (ByteBuf) message;
            try {
                if (record.getInt(record.readerIndex() + 4) == Nfs.REPLY) {
                    var waiting = callbacks.remove(record.readInt());
                    if (waiting == null) {
                        complaints.add("a reply to nothing");
                    } else {
                        waiting.complete(ByteBufUtil.getBytes(record));
                    }
                    return;
                }
                compound.answer(context.channel(), record, reply -> send(context, reply));
            } finally {
                record.release();
            }
        }

        private void send(ChannelHandlerContext context, ByteBuf reply) {
            if (rules.silent) {
                reply.release();
            } else if (rules.mangler != null) {
                var mangled = rules.mangler.apply(ByteBufUtil.getBytes(reply));
                reply.release();
                context.write(Unpooled.wrappedBuffer(mangled), context.voidPromise());
            } else if (rules.replyDelayMillis > 0) {
                context.executor()
                        .schedule(() -> context.writeAndFlush(reply), rules.replyDelayMillis, TimeUnit.MILLISECONDS);
            } else {
                context.write(reply, context.voidPromise());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
