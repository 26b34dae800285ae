package org.dpfs4j.nfs.rpc;

import java.util.Arrays;

/**
 * Who calls, as a server is told: flavour and body of the RPC credential. Immutable; the encoded form is made once, and
 * requests copy it. What other flavours than AUTH_SYS need for each request belongs behind this, too.
 */
public final class Credential {
    /** RFC 5531, 8.2: the most bytes of a body. */
    static final int BODY_BYTES_MAX = 400;

    /** Groups beside the first one that AUTH_SYS carries. */
    public static final int GROUPS_MAX = 16;

    private static final int AUTH_NONE = 0;
    private static final int AUTH_SYS = 1;
    private static final int AUTH_TLS = 7;

    /** Nobody. */
    public static final Credential NONE = new Credential(AUTH_NONE, new byte[0]);

    /** Asks for TLS (RFC 9289, 4.1). */
    public static final Credential TLS = new Credential(AUTH_TLS, new byte[0]);

    private final int flavour;
    private final byte[] body;

    private Credential(int flavour, byte[] body) {
        this.flavour = flavour;
        this.body = body;
    }

    /** A user of a machine, by numbers (AUTH_SYS); groups beyond {@link #GROUPS_MAX} are left out. */
    public static Credential unix(String machine, int uid, int gid, int... groups) {
        try (var out = new XdrWriter(BODY_BYTES_MAX)) {
            out.putInt(0);
            out.putOpaque(machine.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            out.putInt(uid);
            out.putInt(gid);
            var count = Math.min(groups.length, GROUPS_MAX);
            out.putInt(count);
            for (int i = 0; i < count; i++) {
                out.putInt(groups[i]);
            }
            var body = org.dpfs4j.memory.Memory.at(out.address(), out.position())
                    .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            return new Credential(AUTH_SYS, body);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential credential
                && flavour == credential.flavour
                && Arrays.equals(body, credential.body);
    }

    @Override
    public int hashCode() {
        return 31 * flavour + Arrays.hashCode(body);
    }

    /** Appends credential and an empty verifier. */
    void write(XdrWriter out) {
        out.putInt(flavour);
        out.putOpaque(body);
        out.putInt(AUTH_NONE);
        out.putInt(0);
    }
}
