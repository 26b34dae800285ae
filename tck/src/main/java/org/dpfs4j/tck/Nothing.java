package org.dpfs4j.tck;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;

/** Takes everything, gives everything, moves nothing: what is measured with it is the way of a request alone. */
public final class Nothing implements FileSystem {
    @Override
    public void read(ReadIn in, DataReply reply) {
        reply.ok(reply.target().sizeBytes());
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        reply.ok(reply.source().sizeBytes());
    }
}
