package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.wire.Name;

/** The operation OPEN in its forms, and what comes back (RFC 8881, 18.16). */
public final class OpenOps {
    /** {@code OPEN4_SHARE_ACCESS_*}. */
    public static final int READ = 1;

    public static final int WRITE = 2;
    private static final int WANT_READ_DELEGATION = 0x100;
    private static final int WANT_NO_DELEGATION = 0x400;
    private static final int NO_CREATE = 0;
    private static final int CREATE = 1;
    private static final int UNCHECKED = 0;
    private static final int GUARDED = 1;
    private static final int EXCLUSIVE = 3;
    private static final int CLAIM_NAME = 0;
    private static final int CLAIM_PREVIOUS = 1;
    private static final int CLAIM_HANDLE = 4;
    private static final int DELEGATE_NONE = 0;
    private static final int DELEGATE_READ = 1;
    private static final int DELEGATE_WRITE = 2;
    private static final int DELEGATE_NONE_EXT = 3;
    private static final int LIMIT_BLOCKS = 2;
    private static final int WHO_BYTES_MAX = 1024;
    private static final int ALLOWED = 0;

    /** What is there already under the name of a file to be made. */
    public enum Existing {
        /** It is opened. */
        OPENED,
        /** That is an error. */
        REFUSED,
        /** That is an error unless this very request has made it: it may be sent again. */
        REFUSED_ONCE
    }

    private OpenOps() {}

    private static void begin(Compound call, OpenState state, int wanted) {
        call.op(Op.OPEN);
        call.out().putInt(0);
        call.out().putInt(state.access() | wanted);
        call.out().putInt(0);
        call.out().putLong(0);
        call.out().putInt(Long.BYTES);
        call.out().putLong(state.owner());
    }

    /** Opens the current file. */
    public static void open(Compound call, OpenState state) {
        open(call, state, false);
    }

    /** As above, perhaps with a wish for a delegation for reading. */
    public static void open(Compound call, OpenState state, boolean delegated) {
        begin(call, state, delegated ? WANT_READ_DELEGATION : WANT_NO_DELEGATION);
        call.out().putInt(NO_CREATE);
        call.out().putInt(CLAIM_HANDLE);
    }

    /** Opens a file of the current directory that is there. */
    public static void open(Compound call, OpenState state, byte[] name) {
        begin(call, state, WANT_NO_DELEGATION);
        call.out().putInt(NO_CREATE);
        call.out().putInt(CLAIM_NAME);
        call.out().putOpaque(name);
    }

    /** Opens the current file as before a restart of the server. */
    static void reclaim(Compound call, OpenState state) {
        begin(call, state, WANT_NO_DELEGATION);
        call.out().putInt(NO_CREATE);
        call.out().putInt(CLAIM_PREVIOUS);
        call.out().putInt(DELEGATE_NONE);
    }

    /** Makes and opens a file in the current directory; {@code verifier} tells one REFUSED_ONCE from others. */
    public static void create(
            Compound call, OpenState state, Name name, Existing existing, long verifier, AttributeChanges attributes) {
        begin(call, state, WANT_NO_DELEGATION);
        call.out().putInt(CREATE);
        switch (existing) {
            case OPENED -> call.out().putInt(UNCHECKED);
            case REFUSED -> call.out().putInt(GUARDED);
            case REFUSED_ONCE -> {
                call.out().putInt(EXCLUSIVE);
                call.out().putLong(verifier);
            }
        }
        attributes.write(call.out());
        call.out().putInt(CLAIM_NAME);
        call.name(name);
    }

    /** Reads the result of an OPEN; a delegation that was given is noted. */
    public static StateId opened(Results results, OpenState state) {
        var in = results.ok(Op.OPEN);
        var id = StateId.read(in);
        results.skipChangeInfo();
        in.getInt();
        results.skipMask();
        switch (in.getInt()) {
            case DELEGATE_NONE -> {}
            case DELEGATE_READ -> {
                var given = StateId.read(in);
                var recalled = in.getFlag();
                var allows = in.getInt() == ALLOWED;
                skipRestOfAce(in);
                state.delegated(new Delegated(given, allows && !recalled));
            }
            case DELEGATE_WRITE -> {
                state.delegated(new Delegated(StateId.read(in), false));
                in.getInt();
                var limit = in.getInt();
                in.skip(limit == LIMIT_BLOCKS ? 2 * Integer.BYTES : Long.BYTES);
                in.getInt();
                skipRestOfAce(in);
            }
            case DELEGATE_NONE_EXT -> {
                var why = in.getInt();
                if (why == 1 || why == 2) {
                    in.getInt();
                }
            }
            default -> throw new Malformed("a delegation of no known type");
        }
        return id;
    }

    /** What follows the type of an entry of an access list: flags, mask and whom it is about. */
    private static void skipRestOfAce(XdrReader in) {
        in.skip(2 * Integer.BYTES);
        in.skipOpaque(WHO_BYTES_MAX);
    }
}
