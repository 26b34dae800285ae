package org.dpfs4j.nfs.rpc;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS with a server, as RFC 9289 wants it: version 1.3, ALPN "sunrpc", and a certificate that names the server. All that it needs is
 * loaded when it is made: lanes read no files.
 */
public final class Tls {
    /** What both sides say they will speak (RFC 9289, 8.2). */
    static final String APPLICATION_PROTOCOL = "sunrpc";

    private static final String VERSION = "TLSv1.3";
    private static final String NAME_RULES = "HTTPS";
    private static final int CLOSE_MILLIS = 500;

    /** Who we are: a private key, and the certificate of it with those of its issuers. */
    public record Identity(PrivateKey key, List<X509Certificate> chain) {}

    private final SslContext context;
    private final String name;
    private final int port;
    private final List<Path> files;

    /**
     * TLS with one server.
     *
     * @param name the DNS name or address that its certificate must carry
     * @param trusted who may have signed its certificate; empty: whom Java trusts
     * @param identity what to show when it asks who we are, or null
     * @param files where these were read from
     * @throws IllegalArgumentException if Java cannot do TLS with these
     */
    public Tls(String name, int port, List<X509Certificate> trusted, Identity identity, List<Path> files) {
        this.name = name;
        this.port = port;
        this.files = List.copyOf(files);
        var builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(VERSION)
                .endpointIdentificationAlgorithm(NAME_RULES)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        APPLICATION_PROTOCOL));
        if (!trusted.isEmpty()) {
            builder.trustManager(trusted);
        }
        if (identity != null) {
            builder.keyManager(identity.key, identity.chain);
        }
        try {
            context = builder.build();
            context.newEngine(ByteBufAllocator.DEFAULT); // loads what TLS needs, which lanes should not
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    /** The name that the server's certificate must carry. */
    public String name() {
        return name;
    }

    /** Where it was read from; the process reads these again when it executes itself anew, with fewer rights. */
    public List<Path> files() {
        return files;
    }

    /**
     * Encrypts one connection. Certificates are looked at by threads of their own, for that takes milliseconds, and lanes
     * never wait.
     */
    SslHandler handler(ByteBufAllocator allocator) {
        var handler = context.newHandler(
                allocator,
                name,
                port,
                task -> Thread.ofVirtual().name("tls " + name).start(task));
        handler.setHandshakeTimeoutMillis(0); // whoever begins it has a limit for all
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        return handler;
    }
}
