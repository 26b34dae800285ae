package org.dpfs4j.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The directory that the demonstration shares: what the host puts there, and what must be there after the guest. */
final class DemoFolder {
    /** Where the guest's script, or the embedded client, puts what it makes. */
    static final String FROM_GUEST = "from-guest";

    /** The host's larger file, of which the guest makes a copy. */
    static final String NUMBERS = "numbers.bin";

    private static final int NUMBERS_BYTES = 5_000_000;

    private final Path root;

    private DemoFolder(Path root) {
        this.root = root;
    }

    /** Fills an empty directory. */
    static DemoFolder filled(Path root) throws IOException {
        var numbers = new byte[NUMBERS_BYTES];
        new Random(NUMBERS_BYTES).nextBytes(numbers);
        Files.writeString(root.resolve("hello.txt"), "Hello, guest. The host wrote this file.\n");
        Files.write(root.resolve(NUMBERS), numbers);
        var sums = sha256(root.resolve("hello.txt")) + "  hello.txt\n" + sha256(root.resolve(NUMBERS)) + "  " + NUMBERS
                + "\n";
        Files.writeString(root.resolve("sums.txt"), sums);
        return new DemoFolder(root);
    }

    Path root() {
        return root;
    }

    /**
     * A file that the guest made.
     *
     * @param path below {@link #FROM_GUEST}
     * @param meant the guest's checksum, empty when it does not know the file
     * @param found the host's checksum, empty when the file is not there
     */
    record Finding(String path, String meant, String found) {
        boolean same() {
            return meant.equals(found);
        }
    }

    /**
     * Compares everything the guest wrote with what it said.
     *
     * @param meant SHA-256 by path below {@link #FROM_GUEST}
     */
    List<Finding> compare(Map<String, String> meant) throws IOException {
        var found = sums(root.resolve(FROM_GUEST));
        var paths = new TreeMap<>(found);
        paths.putAll(meant);
        var findings = new ArrayList<Finding>();
        for (var path : paths.keySet()) {
            findings.add(new Finding(path, meant.getOrDefault(path, ""), found.getOrDefault(path, "")));
        }
        return findings;
    }

    /** Whether the guest's copy of the host's own file is the same, byte for byte. */
    boolean copyIsSame() throws IOException {
        var copy = root.resolve(FROM_GUEST).resolve(NUMBERS);
        return Files.exists(copy) && Files.mismatch(root.resolve(NUMBERS), copy) < 0;
    }

    private static Map<String, String> sums(Path tree) throws IOException {
        var sums = new TreeMap<String, String>();
        if (Files.isDirectory(tree)) {
            try (var files = Files.walk(tree)) {
                files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .forEach(file -> sums.put(tree.relativize(file).toString(), sha256(file)));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return sums;
    }

    /** The checksum in the form of {@code sha256sum}. */
    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static String sha256(Path file) {
        try (var in = Files.newInputStream(file)) {
            var digest = digest();
            var piece = new byte[1 << 16];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                digest.update(piece, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
