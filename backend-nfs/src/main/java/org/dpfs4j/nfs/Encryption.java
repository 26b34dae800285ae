package org.dpfs4j.nfs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.dpfs4j.config.Section;
import org.dpfs4j.nfs.rpc.Tls;

/** What the configuration says about TLS: {@code xprtsec}, and the keys that begin with {@code tls-}. */
final class Encryption {
    private enum Wish {
        NONE,
        TLS,
        MTLS
    }

    private Encryption() {}

    /** Reads keys and the files that they name; null for none. Where there are problems, it is of no use. */
    static Tls read(Section section, String server, int port) {
        var wish = section.choice("xprtsec", Wish.NONE);
        var any = wish != Wish.NONE;
        var mutual = wish == Wish.MTLS;
        var authorities = section.has("tls-ca") && allowed(section, "tls-ca", any) ? path(section, "tls-ca") : null;
        var name = section.has("tls-name") && allowed(section, "tls-name", any) ? section.text("tls-name") : server;
        var certificate = ownFile(section, "tls-certificate", mutual);
        var key = ownFile(section, "tls-key", mutual);
        if (!any) {
            return null;
        }
        if (name.isEmpty()) {
            section.problem(section.has("tls-name") ? "tls-name" : "server", "is empty");
            return null;
        }
        var trusted = authorities == null ? List.<X509Certificate>of() : certificates(section, "tls-ca", authorities);
        var identity = certificate == null || key == null ? null : identity(section, certificate, key);
        var files = Stream.of(authorities, certificate, key).filter(Objects::nonNull);
        try {
            return new Tls(name, port, trusted, identity, files.toList());
        } catch (IllegalArgumentException e) {
            section.problem("xprtsec", "cannot be: " + e.getMessage());
            return null;
        }
    }

    private static boolean allowed(Section section, String key, boolean allowed) {
        if (!allowed) {
            section.problem(key, "is for xprtsec = \"tls\" and \"mtls\" only");
        }
        return allowed;
    }

    /** The file of a key that must be there for mtls, and must not otherwise. */
    private static Path ownFile(Section section, String key, boolean mutual) {
        if (mutual) {
            return path(section, key);
        }
        if (section.has(key)) {
            section.problem(key, "is for xprtsec = \"mtls\" only");
        }
        return null;
    }

    /** A file that must be named; null with a problem when it is not. */
    private static Path path(Section section, String key) {
        var path = section.path(key);
        return path.isAbsolute() ? path : null;
    }

    private static List<X509Certificate> certificates(Section section, String key, Path file) {
        try {
            return PemFile.certificates(file);
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
            return List.of();
        }
    }

    private static Tls.Identity identity(Section section, Path certificate, Path key) {
        var chain = certificates(section, "tls-certificate", certificate);
        if (chain.isEmpty()) {
            return null;
        }
        try {
            var secret = PemFile.key(key);
            PemFile.checkPair(secret, chain.getFirst(), key + " and " + certificate);
            return new Tls.Identity(secret, chain);
        } catch (IllegalArgumentException e) {
            section.problem("tls-key", e.getMessage());
            return null;
        }
    }
}
