package org.dpfs4j.nfs.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetSocketAddress;
import org.dpfs4j.io.Lane;

/** Connects to a server. The name is looked up by a thread of its own each time, for lanes never wait. */
public final class Dialer {
    private static final int RECEIVE_BYTES = 256 << 10;
    private static final int ENCRYPTED_RECEIVE_BYTES = 64 << 10;
    private static final int PRIVILEGED_FIRST = 1023;
    private static final int PRIVILEGED_LAST = 665;

    private final ConnectionConfig config;
    private int privileged = PRIVILEGED_FIRST;

    /** Connects as {@code config} says. */
    public Dialer(ConnectionConfig config) {
        this.config = config;
    }

    /** How connections are made. */
    public ConnectionConfig config() {
        return config;
    }

    /** Begins to connect, from {@code lane} and for it; {@code events} hear how it ends. */
    public Connection dial(Lane lane, Connection.Events events) {
        var buffer = new ReceiveBuffer(RECEIVE_BYTES);
        var connection = new Connection(lane, config, events, buffer);
        Thread.ofVirtual().name("resolve " + config.host()).start(() -> {
            var address = new InetSocketAddress(config.host(), config.port());
            if (!lane.eventLoop().isShuttingDown()) {
                lane.execute(() -> connect(lane, connection, buffer, address));
            }
        });
        return connection;
    }

    private void connect(Lane lane, Connection connection, ReceiveBuffer buffer, InetSocketAddress address) {
        if (connection.isClosed()) {
            return;
        }
        if (address.isUnresolved()) {
            connection.failed(new java.net.UnknownHostException("no address of " + config.host() + " is known"));
            return;
        }
        var bootstrap = new Bootstrap()
                .group(lane.eventLoop())
                .channelFactory(() -> socket(lane))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiving(buffer))
                .handler(handler(connection));
        if (config.privilegedPort()) {
            bootstrap.localAddress(privilegedPort());
        }
        bootstrap.connect(address).addListener(done -> {
            if (!done.isSuccess()) {
                connection.failed(done.cause());
            }
        });
    }

    /** What is received encrypted stays with TLS until it is decrypted: no buffer of ours for that. */
    private RecvByteBufAllocator receiving(ReceiveBuffer buffer) {
        return config.tls() == null ? buffer : new FixedRecvByteBufAllocator(ENCRYPTED_RECEIVE_BYTES);
    }

    private ChannelHandler handler(Connection connection) {
        if (config.tls() == null) {
            return connection;
        }
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new StartTls(config), connection);
            }
        };
    }

    private synchronized int privilegedPort() {
        privileged = privileged == PRIVILEGED_LAST ? PRIVILEGED_FIRST : privileged - 1;
        return privileged;
    }

    private static Channel socket(Lane lane) {
        var ring = lane.eventLoop() instanceof IoEventLoop loop && loop.isCompatible(IoUringIoHandle.class);
        return ring ? new IoUringSocketChannel() : new EpollSocketChannel();
    }
}
