package org.dpfs4j.nfs.v4;

import org.dpfs4j.wire.DeviceNumber;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Name;

/** Operations on the entries of directories: CREATE, LINK, RENAME (RFC 8881, 18.4, 18.9, 18.26). */
public final class CreateOps {
    private static final int BLOCK = 3;
    private static final int CHARACTER = 4;
    private static final int LINK = 5;
    private static final int SOCKET = 6;
    private static final int FIFO = 7;
    private static final int DIRECTORY = 2;

    private CreateOps() {}

    public static void mkdir(Compound call, Name name, AttributeChanges attributes) {
        call.op(Op.CREATE);
        call.out().putInt(DIRECTORY);
        call.name(name);
        attributes.write(call.out());
    }

    public static void symlink(Compound call, Name name, Name target, AttributeChanges attributes) {
        call.op(Op.CREATE);
        call.out().putInt(LINK);
        call.name(target);
        call.name(name);
        attributes.write(call.out());
    }

    /** Makes what is neither a file nor a directory nor a link; {@code format} as in a mode. */
    public static void mknod(Compound call, Name name, int format, int device, AttributeChanges attributes) {
        call.op(Op.CREATE);
        switch (format) {
            case Mode.BLOCK_DEVICE, Mode.CHARACTER_DEVICE -> {
                call.out().putInt(format == Mode.BLOCK_DEVICE ? BLOCK : CHARACTER);
                call.out().putInt(DeviceNumber.major(device));
                call.out().putInt(DeviceNumber.minor(device));
            }
            case Mode.SOCKET -> call.out().putInt(SOCKET);
            default -> call.out().putInt(FIFO);
        }
        call.name(name);
        attributes.write(call.out());
    }

    /** Reads the result of a CREATE. */
    public static void created(Results results) {
        results.ok(Op.CREATE);
        results.skipChangeInfo();
        results.skipMask();
    }

    /** Gives the saved file a name in the current directory. */
    public static void link(Compound call, Name name) {
        call.op(Op.LINK);
        call.name(name);
    }

    /** Reads the result of a LINK. */
    public static void linked(Results results) {
        results.ok(Op.LINK);
        results.skipChangeInfo();
    }

    /** Moves a name of the saved directory into the current one. */
    public static void rename(Compound call, byte[] name, byte[] newName) {
        call.op(Op.RENAME);
        call.out().putOpaque(name);
        call.out().putOpaque(newName);
    }
}
