package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Certificates and keys as text (RFC 7468). What cannot be used is an {@link IllegalArgumentException} with the name of the file and
 * without anything that is in it.
 */
final class PemFile {
    private static final long BYTES_MAX = 4 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private PemFile() {}

    /** All certificates of a file, in the order they stand there; at least one. */
    static List<X509Certificate> certificates(Path file) {
        try {
            var found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
            if (found.isEmpty()) {
                throw new IllegalArgumentException("has no certificate in it: " + file);
            }
            return found.stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("has no certificates in PEM in it: " + file, e);
        }
    }

    /** The private key of a file. */
    static PrivateKey key(Path file) {
        var match = KEY.matcher(new String(read(file), ISO_8859_1));
        if (!match.find()) {
            throw new IllegalArgumentException(
                    "has no PRIVATE KEY (PKCS #8, without a password) in PEM in it: " + file);
        }
        try {
            var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(match.group(1)));
            for (var algorithm : KEY_ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException _) {
                    // It may be one of another algorithm.
                }
            }
        } catch (IllegalArgumentException | NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("cannot be read as a private key: " + file, e);
        }
        throw new IllegalArgumentException("is neither an RSA, an EC, nor an EdDSA key: " + file);
    }

    /** What one signs, the other has to recognise. */
    static void checkPair(PrivateKey key, X509Certificate certificate, String files) {
        var name = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        if (name.equals("RSASSA-PSS")) {
            return; // its parameters would have to be guessed: the server will tell
        }
        try {
            var signature = Signature.getInstance(name);
            signature.initSign(key);
            var signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException _) {
            // They are not even of one kind.
        }
        throw new IllegalArgumentException("is not the key of the certificate: " + files);
    }

    private static byte[] read(Path file) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IllegalArgumentException("is no regular file: " + file);
            }
            if (Files.size(file) > BYTES_MAX) {
                throw new IllegalArgumentException("is larger than any file of certificates: " + file);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("is not there: " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot be read: " + file + " (" + e.getClass().getSimpleName() + ")", e);
        }
    }
}
