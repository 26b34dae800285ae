package org.dpfs4j.tck;

/** Bytes of requests. */
class PipelineFuzzTest extends FuzzTck {
    PipelineFuzzTest() {
        super(PipelineFuzz.class);
    }
}
