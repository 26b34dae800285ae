package org.dpfs4j.fuse;

import org.dpfs4j.fs.Deferred;
import org.dpfs4j.io.Lane;

/**
 * The right to answer one request of a slot. The slot may carry another request by then: the generation is compared on the
 * lane, where alone it changes.
 */
record Token(Slot slot, long generation, Lane lane) implements Deferred {
    @Override
    public void answer(Runnable answer) {
        lane.execute(() -> {
            if (slot.isOpen() && slot.generation() == generation) {
                run(answer);
            }
        });
    }

    private void run(Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException | Error cause) {
            slot.broken(cause);
        }
    }
}
