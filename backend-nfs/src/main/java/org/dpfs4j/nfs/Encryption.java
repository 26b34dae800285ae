package org.dpfs4j.nfs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
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

    /** Reads keys and the files that they name; null for none, and where there are problems. */
    static Tls read(Section section, String server, int port) {
        var wish = section.choice("xprtsec", Wish.NONE);
        var any = wish != Wish.NONE;
        var mutual = wish == Wish.MTLS;
        var trusted = section.has("tls-ca") && allowed(section, "tls-ca", any)
                ? trusted(section)
                : List.<X509Certificate>of();
        var name = section.has("tls-name") && allowed(section, "tls-name", any) ? section.text("tls-name") : server;
        if (any && name.isEmpty()) {
            section.problem(section.has("tls-name") ? "tls-name" : "server", "is empty");
            return null;
        }
        var certificate = ownFile(section, "tls-certificate", mutual);
        var key = ownFile(section, "tls-key", mutual);
        var identity = certificate == null || key == null ? null : identity(section, certificate, key);
        if (!any || trusted == null || (mutual && identity == null)) {
            return null;
        }
        try {
            return new Tls(name, port, trusted, identity);
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
            return section.path(key);
        }
        if (section.has(key)) {
            section.problem(key, "is for xprtsec = \"mtls\" only");
        }
        return null;
    }

    private static List<X509Certificate> trusted(Section section) {
        try {
            return PemFile.certificates(section.path("tls-ca"));
        } catch (IllegalArgumentException e) {
            section.problem("tls-ca", e.getMessage());
            return null;
        }
    }

    private static Tls.Identity identity(Section section, Path certificate, Path key) {
        if (!section.has("tls-certificate") || !section.has("tls-key")) {
            return null;
        }
        var at = "tls-certificate";
        try {
            var chain = PemFile.certificates(certificate);
            at = "tls-key";
            var secret = PemFile.key(key);
            PemFile.checkPair(secret, chain.getFirst(), key + " and " + certificate);
            return new Tls.Identity(secret, chain);
        } catch (IllegalArgumentException e) {
            section.problem(at, e.getMessage());
            return null;
        }
    }
}
