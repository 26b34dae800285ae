package org.dpfs4j.nfsserver;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate authority of a test, servers that it has signed for, and files of clients. */
public final class TestAuthority {
    private final X509Bundle root;

    /** A new authority, that nobody trusts yet. */
    public TestAuthority() throws Exception {
        root = new CertificateBuilder()
                .subject("CN=authority of a test")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** TLS of a server whose certificate carries this DNS name, and wants none of its clients. */
    public SslContext server(String name) throws Exception {
        return server(certificate(name).addSanDnsName(name)).build();
    }

    /** TLS of a server at an address that its certificate carries, and wants none of its clients. */
    public SslContext serverAt(String address) throws Exception {
        return server(certificate(address).addSanIpAddress(address)).build();
    }

    /** As above; clients have to show a certificate of this authority. */
    public SslContext strictServerAt(String address) throws Exception {
        return server(certificate(address).addSanIpAddress(address))
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(root.getCertificate())
                .build();
    }

    private SslContextBuilder server(CertificateBuilder certificate) throws Exception {
        var own = certificate.buildIssuedBy(root);
        return SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2", "TLSv1.3")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "sunrpc"));
    }

    private static CertificateBuilder certificate(String name) {
        return new CertificateBuilder().subject("CN=" + name);
    }

    /** Writes the authority's certificate to a file (PEM). */
    public Path certificateFile(Path folder) throws IOException {
        return Files.writeString(folder.resolve("ca.pem"), root.getCertificatePEM());
    }

    /** Writes a client's certificate to {@code NAME.pem} and its key to {@code NAME.key} (PEM). */
    public void clientFiles(Path folder, String name) throws Exception {
        var own = certificate(name).buildIssuedBy(root);
        Files.writeString(folder.resolve(name + ".pem"), own.getCertificatePathPEM());
        Files.writeString(folder.resolve(name + ".key"), own.getPrivateKeyPEM());
    }
}
