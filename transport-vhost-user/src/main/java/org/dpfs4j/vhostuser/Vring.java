package org.dpfs4j.vhostuser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dpfs4j.io.Fd;

/**
 * A queue as the control thread sees it: what the front end has said about it, and tasks for its channel's lane. The ring
 * starts when everything is known, in whichever order it came, and a kick descriptor was the last word.
 */
final class Vring {
    /** A lane that does not come to a task in this time is stuck; the connection ends. */
    private static final Duration LANE_LIMIT = Duration.ofSeconds(10);

    private final VhostUserQueueChannel channel;
    private int entries;
    private VringAddresses addresses;
    private int base;
    private boolean kicked;
    private boolean running;
    private boolean packed;

    Vring(VhostUserQueueChannel channel) {
        this.channel = channel;
    }

    VhostUserQueueChannel channel() {
        return channel;
    }

    void entries(int count) throws BadMessage {
        refuseWhenRunning();
        entries = count;
    }

    void base(int newBase) throws BadMessage {
        refuseWhenRunning();
        base = newBase;
    }

    private void refuseWhenRunning() throws BadMessage {
        if (running) {
            throw new BadMessage("queue " + channel.queueIndex() + " is running");
        }
    }

    /** Where the ring is; it moves when it is running. */
    void addresses(VringAddresses newAddresses, GuestMemory memory) throws BadMessage {
        addresses = newAddresses;
        if (running) {
            finish(List.of(move(memory)));
        }
    }

    void kick(Fd descriptor) throws BadMessage {
        kicked = true;
        finish(List.of(run(() -> channel.kick(descriptor))));
    }

    void call(Fd descriptor) throws BadMessage {
        finish(List.of(run(() -> channel.call(descriptor))));
    }

    void enable(boolean enabled) throws BadMessage {
        finish(List.of(run(() -> channel.enable(enabled))));
    }

    /** Gives the running ring another memory map. */
    CompletableFuture<Void> move(GuestMemory memory) {
        if (!running) {
            return CompletableFuture.completedFuture(null);
        }
        var layout = RingLayout.of(memory, addresses, entries, packed);
        memory.acquire();
        return run(() -> channel.move(memory, layout));
    }

    /**
     * Starts the ring when everything is known; {@code memory} may be null.
     *
     * @return false when everything is known and the ring is not in memory
     */
    boolean startWhenReady(GuestMemory memory, long features) throws BadMessage {
        if (running || !kicked || addresses == null || entries == 0 || memory == null) {
            return true;
        }
        packed = (features & Features.RING_PACKED) != 0;
        var layout = RingLayout.of(memory, addresses, entries, packed);
        if (layout == null) {
            return false;
        }
        memory.acquire();
        running = true;
        finish(List.of(run(() -> channel.start(layout, memory, features, base))));
        return true;
    }

    /** Begins to stop; {@link #stopped} ends it. */
    CompletableFuture<Integer> stop(boolean discard) {
        return supply(() -> channel.stop(discard));
    }

    /** The ring has stopped at {@code at}; returns where it is to go on. */
    int stopped(int at) {
        if (running) {
            base = at;
        }
        running = false;
        kicked = false;
        return base;
    }

    /** Forgets everything said about the queue. */
    void forget() {
        entries = 0;
        addresses = null;
        base = 0;
    }

    private CompletableFuture<Void> run(Runnable task) {
        return supply(() -> {
            task.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    private <T> CompletableFuture<T> supply(Supplier<CompletableFuture<T>> task) {
        return CompletableFuture.supplyAsync(task, channel.lane()).thenCompose(result -> result);
    }

    /** Waits for tasks that lanes do at once. */
    static <T> List<T> finish(List<CompletableFuture<T>> tasks) throws BadMessage {
        return finish(tasks, Duration.ZERO);
    }

    /** Waits for tasks that may themselves wait for {@code limit}. */
    static <T> List<T> finish(List<CompletableFuture<T>> tasks, Duration limit) throws BadMessage {
        var results = new ArrayList<T>();
        try {
            for (var task : tasks) {
                results.add(task.get(limit.plus(LANE_LIMIT).toMillis(), TimeUnit.MILLISECONDS));
            }
            return results;
        } catch (InterruptedException | TimeoutException e) {
            throw new BadMessage("a lane does not answer");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
