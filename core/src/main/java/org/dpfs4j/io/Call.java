package org.dpfs4j.io;

import java.util.function.IntConsumer;

/** A call that waits for a worker, in two chains: behind others of its line, and beside others of its owner. */
final class Call {
    final Line line;
    final Owner owner;
    final BlockingCall step;
    final IntConsumer done;
    Call before;
    Call behind;
    Call elder;
    Call younger;

    /** A call; {@code done} gets its result. */
    Call(Line line, Owner owner, BlockingCall step, IntConsumer done) {
        this.line = line;
        this.owner = owner;
        this.step = step;
        this.done = done;
    }
}
