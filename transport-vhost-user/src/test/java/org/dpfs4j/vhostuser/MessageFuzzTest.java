package org.dpfs4j.vhostuser;

import org.dpfs4j.tck.FuzzTck;

/** Bytes of control messages. */
class MessageFuzzTest extends FuzzTck {
    MessageFuzzTest() {
        super(MessageFuzz.class);
    }
}
