package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two devices in one process. */
interface NeighbourRules extends TransportRules {
    /** Requests of the neighbour that must be answered during the flood. */
    int ASKED = LONG ? 100_000 : 1000;

    @Test
    default void aFloodTakesNoServiceFromTheNeighbour() throws IOException {
        var over = new AtomicBoolean();
        var flooded = new AtomicLong();
        stand().disconnect();
        var flood = CompletableFuture.runAsync(() -> flood(over, flooded));
        try {
            Stand.until(() -> flooded.get() > 100 || flood.isDone());
            for (int i = 0; i < ASKED; i++) {
                var queue = i % neighbour().machine().queues();
                var back =
                        neighbour().machine().ask(queue, Parcel.of(Stand.good().bytes()));
                assertThat(Heard.of(back).error()).as("request %d", i).isZero();
            }
            var during = flooded.get();
            Stand.until(() -> flooded.get() > during + 100 || flood.isDone());
        } finally {
            over.set(true);
            flood.join();
        }
        stand().connect(another(stand()));
        stand().isServed();
    }

    /** Good requests, bad requests and bad chains on all queues at once; what comes back makes room for the next. */
    private void flood(AtomicBoolean over, AtomicLong flooded) {
        var random = new Random(3);
        try (var machine = another(stand())) {
            Stand.mount(machine);
            var underWay = new int[machine.queues()];
            while (!over.get()) {
                for (int queue = 0; queue < machine.queues(); queue++) {
                    while (underWay[queue] < machine.depth()) {
                        underWay[queue]++;
                        machine.send(queue, next(random));
                    }
                }
                for (int queue = 0; queue < machine.queues(); queue++) {
                    machine.await(queue);
                    underWay[queue]--;
                    flooded.incrementAndGet();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Parcel next(Random random) {
        var sample = RequestRules.samples().get(random.nextInt(8)).clone();
        if (random.nextBoolean()) {
            sample[random.nextInt(40)] ^= (byte) (1 << random.nextInt(8));
        }
        return Parcel.shredded(sample, random.nextInt(8) == 0 ? 8 : Parcel.ROOM, random);
    }
}
