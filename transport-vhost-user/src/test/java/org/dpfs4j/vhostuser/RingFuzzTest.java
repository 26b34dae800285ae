package org.dpfs4j.vhostuser;

import org.dpfs4j.tck.FuzzTck;

/** Bytes of rings. */
class RingFuzzTest extends FuzzTck {
    RingFuzzTest() {
        super(RingFuzz.class);
    }
}
