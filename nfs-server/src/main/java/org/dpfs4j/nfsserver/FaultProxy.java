package org.dpfs4j.nfsserver;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bad network between a client and an NFS server, as bad as a test tells it. It carries whole records, and knows of each
 * call what it asks for. All methods may be called from any thread.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerLoop loop = new ServerLoop();
    private final InetSocketAddress server;
    private final ProxyRules rules = new ProxyRules();
    private final boolean readable;
    private final Set<ProxyLink> links = new HashSet<>();
    private final Channel listener;
    private int accepted;

    private FaultProxy(InetSocketAddress server, boolean readable) {
        this.server = server;
        this.readable = readable;
        listener = new ServerBootstrap()
                .group(loop.loop())
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connect(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Starts a proxy in front of a server; nothing is bad yet. */
    public static FaultProxy to(InetSocketAddress server) {
        return new FaultProxy(server, true);
    }

    /** As above, for what it cannot read: it carries any bytes, and cuts between any two. */
    public static FaultProxy ofBytesTo(InetSocketAddress server) {
        return new FaultProxy(server, false);
    }

    /** Where clients find it. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    private void connect(Channel client) {
        accepted++;
        if (rules.refuses) {
            ProxyLink.reset(client);
            return;
        }
        var link = new ProxyLink(rules, client, readable);
        links.add(link);
        client.closeFuture().addListener(_ -> links.remove(link));
        new Bootstrap()
                .group(loop.loop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        link.join(channel);
                    }
                })
                .connect(server)
                .addListener(done -> {
                    if (done.isSuccess()) {
                        link.hold(rules.holds);
                    } else {
                        ProxyLink.reset(client);
                    }
                });
    }

    // What happens now.

    /** Resets all connections. */
    public void cut() {
        loop.run(() -> List.copyOf(links).forEach(link -> link.cut(true)));
    }

    /** Resets new connections, or does not any more. */
    public void refuse(boolean refused) {
        loop.run(() -> rules.refuses = refused);
    }

    /** Carries nothing, and says so to nobody: connections stay and new ones are made. What waits is carried afterwards. */
    public void blackHole(boolean open) {
        loop.run(() -> {
            rules.holds = open;
            links.forEach(link -> link.hold(open));
        });
    }

    // What happens from now on.

    /**
     * Cuts a connection after a random number of bytes in any direction, by reset or end, in the middle of whatever there is; and
     * again.
     *
     * @param meanBytes how many on the average; 0 ends it
     */
    public void cutRandomly(long seed, int meanBytes) {
        loop.run(() -> rules.cutRandomly(seed, meanBytes));
    }

    /** The next {@code times} calls with this operation do not reach the server: the connection is reset instead. */
    public void cutBefore(int operation, int times) {
        loop.run(() -> rules.add(ProxyRules.Fate.CUT_BEFORE, operation, 0, times));
    }

    /** The next {@code times} calls with this operation are done, and the connection is reset instead of a reply. */
    public void cutAfter(int operation, int times) {
        loop.run(() -> rules.add(ProxyRules.Fate.CUT_AFTER, operation, 0, times));
    }

    /**
     * The next {@code times} calls with this operation are done up to it, and it has this status: the server does not see it nor
     * what is behind it.
     */
    public void fail(int operation, int status, int times) {
        loop.run(() -> rules.add(ProxyRules.Fate.FAIL, operation, status, times));
    }

    /** Every record takes so much longer, in both directions. */
    public void delay(long millis) {
        loop.run(() -> rules.delayMillis = millis);
    }

    /** Replies that come within a few milliseconds are carried in the opposite order. */
    public void reverseReplies(boolean reversed) {
        loop.run(() -> rules.reverses = reversed);
    }

    /** Replies come in fragments of at most so many bytes; 0 leaves them whole. */
    public void fragmentReplies(int bytes) {
        loop.run(() -> rules.fragmentBytes = bytes);
    }

    /** Replies come in segments of at most so many bytes; 0 leaves it to the network. */
    public void segmentReplies(int bytes) {
        loop.run(() -> rules.segmentBytes = bytes);
    }

    // What was.

    /** Connections that clients made. */
    public int accepted() {
        return loop.ask(() -> accepted);
    }

    /** Connections that it cut. */
    public int cuts() {
        return loop.ask(() -> rules.cuts);
    }

    /** Bytes that it carried, in both directions. */
    public long carriedBytes() {
        return loop.ask(() -> rules.carried);
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        cut();
        loop.close();
    }
}
