package org.dpfs4j.tck;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueEvent;

/**
 * A guest that speaks bytes: sends requests through a device's whole pipeline, right or wrong, and gets back what was written.
 * Each request is one exchange of a {@link LocalQueue}, cut as asked for. From any thread but the lane's.
 */
public final class RawGuest implements AutoCloseable {
    /** Room for every answer without data. */
    public static final int ROOM = 8192;

    private static final int QUEUE_SIZE = 128;
    private static final int WHOLE = 1 << 20;
    private static final long LIMIT_SECONDS = 20;

    private final Lane lane;
    private final LocalQueue queue;
    private final IovecPool pool = new IovecPool();
    private final ArrayDeque<LocalExchange> free = new ArrayDeque<>();
    private final CompletableFuture<?>[] waiting = new CompletableFuture<?>[QUEUE_SIZE];

    /** A guest on a queue of its own. */
    public RawGuest(Lane lane, DeviceEndpoint device) {
        this.lane = lane;
        for (int i = 0; i < QUEUE_SIZE; i++) {
            free.addLast(new LocalExchange(i, pool));
        }
        queue = LocalQueue.open(lane, 1, device, this::pushed);
    }

    private void pushed(Exchange exchange, long written) {
        var answer = waiting[exchange.index()];
        if (answer == null) {
            throw new AssertionError("exchange " + exchange.index() + " was pushed twice");
        }
        waiting[exchange.index()] = null;
        complete(answer, (LocalExchange) exchange, written);
        free.addFirst((LocalExchange) exchange);
    }

    @SuppressWarnings("unchecked") // only futures of bytes are put there
    private static void complete(CompletableFuture<?> answer, LocalExchange exchange, long written) {
        try {
            ((CompletableFuture<byte[]>) answer).complete(exchange.answer(written));
        } catch (AssertionError wrong) {
            answer.completeExceptionally(wrong);
        }
    }

    /** Sends a request in one piece. */
    public byte[] ask(byte[] request, int room) {
        return await(start(exchange -> exchange.fill(request, WHOLE, room, WHOLE)));
    }

    /** Sends a request in one piece, with room for an answer without data. */
    public byte[] ask(RequestBytes request) {
        return ask(request.bytes(), ROOM);
    }

    /** Sends a request, cut as {@code fill} does. */
    public byte[] ask(Consumer<LocalExchange> fill) {
        return await(start(fill));
    }

    /** Sends a request without waiting for the answer. */
    public CompletableFuture<byte[]> start(byte[] request) {
        return start(exchange -> exchange.fill(request, WHOLE, ROOM, WHOLE));
    }

    /** Sends a request, cut as {@code fill} does, without waiting for the answer. */
    public CompletableFuture<byte[]> start(Consumer<LocalExchange> fill) {
        var answer = new CompletableFuture<byte[]>();
        lane.execute(() -> {
            var exchange = free.removeFirst();
            waiting[exchange.index()] = answer;
            fill.accept(exchange);
            queue.offer(exchange);
            queue.offered();
        });
        return answer;
    }

    /** The bytes of an answer; none within {@value #LIMIT_SECONDS} s is a failed test. */
    public static byte[] await(CompletableFuture<byte[]> answer) {
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not answered within " + LIMIT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Tells the pipeline to end early what is in flight, as at the stop of a ring. */
    public void cancelInFlight() {
        lane.execute(() -> queue.pipeline().fireUserEventTriggered(QueueEvent.CANCEL_IN_FLIGHT));
    }

    /** How often the driver was notified. */
    public long notifications() {
        return lane.eventLoop()
                .submit(queue::notifications)
                .syncUninterruptibly()
                .getNow();
    }

    /** The last fault in memory that the pipeline has reported, or null. */
    public InternalError fault() {
        return lane.eventLoop().submit(queue::fault).syncUninterruptibly().getNow();
    }

    /** How many requests are in flight. */
    public int inFlight() {
        return lane.eventLoop()
                .submit(() ->
                        (int) Arrays.stream(waiting).filter(one -> one != null).count())
                .syncUninterruptibly()
                .getNow();
    }

    /** Ends the queue. */
    @Override
    public void close() {
        queue.close().syncUninterruptibly();
        lane.eventLoop()
                .submit(() -> {
                    free.forEach(each -> {
                        each.request().close();
                        each.reply().close();
                    });
                    pool.close();
                })
                .syncUninterruptibly();
    }
}
