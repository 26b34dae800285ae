package org.dpfs4j.wire;

import java.util.Locale;

/** The processor of a guest: it decides what some open flags mean. */
public enum ClientArch {
    /** 64-bit x86. */
    X86_64(0x4000, 0x8000, 0x1_0000, 0x2_0000),
    /** 64-bit Arm. */
    AARCH64(0x1_0000, 0x2_0000, 0x4000, 0x8000);

    private static final ClientArch OWN = of(System.getProperty("os.arch"));

    final int direct;
    final int largefile;
    final int directory;
    final int nofollow;

    ClientArch(int direct, int largefile, int directory, int nofollow) {
        this.direct = direct;
        this.largefile = largefile;
        this.directory = directory;
        this.nofollow = nofollow;
    }

    /** The processor that this program runs on. */
    public static ClientArch own() {
        return OWN;
    }

    /**
     * The processor of that name, as Linux, Java or Debian call it.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static ClientArch of(String name) {
        return switch (name.toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "x86_64", "amd64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new IllegalArgumentException("unknown architecture (x86-64 or aarch64): " + name);
        };
    }
}
