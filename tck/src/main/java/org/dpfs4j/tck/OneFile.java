package org.dpfs4j.tck;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;

/**
 * One file, whatever node is asked for, through the lane's ring.
 *
 * @param lane where requests come and go
 * @param file what is read and written
 */
public record OneFile(Lane lane, Fd file) implements FileSystem {
    @Override
    public void read(ReadIn in, DataReply reply) {
        lane.ring().readv(reply, file, reply.target(), in.offset(), OneFile::readDone);
    }

    private static void readDone(int result, DataReply reply) {
        if (result < 0) {
            reply.fail(result);
        } else {
            reply.ok(result);
        }
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        lane.ring().writev(reply, file, reply.source(), in.offset(), 0, OneFile::writeDone);
    }

    private static void writeDone(int result, WriteReply reply) {
        if (result < 0) {
            reply.fail(result);
        } else {
            reply.ok(result);
        }
    }
}
