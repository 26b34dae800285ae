package org.dpfs4j.tck;

import java.nio.ByteBuffer;
import org.dpfs4j.client.RequestBytes;

/**
 * A request to be made.
 *
 * @param kind what else it carries
 * @param room bytes of data, names or value that have room in the reply; of data that comes with the request
 * @param payload data of a WRITE or IOCTL, else null
 */
record Call(String text, RequestBytes request, Kind kind, int room, ByteBuffer payload) {
    /** What goes with a request beside its own structure. */
    enum Kind {
        PLAIN,
        /** Bytes come back into guest memory. */
        DATA,
        /** Bytes go with it in guest memory. */
        SOURCE,
        NAMES,
        NAMES_PLUS,
        VALUE
    }

    static Call plain(String text, RequestBytes request) {
        return new Call(text, request, Kind.PLAIN, 0, null);
    }

    static Call withRoom(String text, RequestBytes request, Kind kind, int room) {
        return new Call(text, request, kind, room, null);
    }

    static Call withPayload(String text, RequestBytes request, byte[] payload) {
        return new Call(text, request, Kind.SOURCE, payload.length, ByteBuffer.wrap(payload));
    }

    boolean hasScatter() {
        return kind == Kind.DATA || kind == Kind.SOURCE;
    }
}
