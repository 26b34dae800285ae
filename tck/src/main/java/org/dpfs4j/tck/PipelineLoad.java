package org.dpfs4j.tck;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Exchange;

/**
 * The same request again and again through a device's pipeline, in batches of so many in flight, with nothing of its own
 * allocated per request: what is counted is the pipeline's and the backend's.
 */
public final class PipelineLoad implements AutoCloseable {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Lane lane;
    private final LocalQueue queue;
    private final IovecPool pool = new IovecPool();
    private final LocalExchange[] batch;
    private final long replyBytes;
    private final Runnable nextBatch = this::nextBatch;
    private int batchesLeft;
    private int answered;
    private boolean offering;
    private long allocatedBefore;
    private CompletableFuture<Long> done;

    /**
     * A load on a device that is mounted already.
     *
     * @param request the request's bytes
     * @param replyBytes the whole reply's size, which is its room; any other size is an error
     * @param inFlight requests of a batch
     */
    public PipelineLoad(Lane lane, DeviceEndpoint device, byte[] request, int replyBytes, int inFlight) {
        this.lane = lane;
        this.replyBytes = replyBytes;
        batch = new LocalExchange[inFlight];
        for (int i = 0; i < inFlight; i++) {
            batch[i] = new LocalExchange(i, pool);
            batch[i].fill(request, request.length, replyBytes, replyBytes);
        }
        queue = LocalQueue.open(lane, 1, device, this::pushed);
    }

    /** Runs batches; returns how many bytes the lane's thread has allocated meanwhile. */
    public long run(int batches) {
        var result = new CompletableFuture<Long>();
        lane.execute(() -> {
            done = result;
            batchesLeft = batches;
            allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
            nextBatch();
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void nextBatch() {
        while (batchesLeft > 0) {
            batchesLeft--;
            answered = 0;
            offering = true;
            for (var exchange : batch) {
                queue.offer(exchange);
            }
            queue.offered();
            offering = false;
            if (answered < batch.length) {
                return; // the last one that comes later goes on
            }
        }
        done.complete(THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore);
    }

    private void pushed(Exchange exchange, long writtenBytes) {
        if (writtenBytes != replyBytes) {
            done.completeExceptionally(new AssertionError("a reply of " + writtenBytes + " bytes"));
        }
        answered++;
        if (answered == batch.length && !offering) {
            lane.execute(nextBatch);
        }
    }

    /** Ends the queue; nothing runs. */
    @Override
    public void close() {
        queue.close().syncUninterruptibly();
        lane.eventLoop()
                .submit(() -> {
                    for (var exchange : batch) {
                        exchange.request().close();
                        exchange.reply().close();
                    }
                    pool.close();
                })
                .syncUninterruptibly();
    }
}
