package org.dpfs4j.tck;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.io.Lane;

/** A request that was sent and may be answered already. */
public final class Pending<T> {
    /** An answer that takes longer is a failed test. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    private final Lane lane;
    private final ReplyProbe<T> reply;

    Pending(Lane lane, ReplyProbe<T> reply) {
        this.lane = lane;
        this.reply = reply;
    }

    /** The answer; none within {@link #LIMIT} is a failed test. */
    public Answer<T> await() {
        try {
            return reply.answer().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(reply + " was not answered within " + LIMIT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Whether it has been answered. */
    public boolean isAnswered() {
        return reply.answer().isDone();
    }

    /** Asks to end it early, as the pipeline does when its queue stops. */
    public void cancel() {
        lane.execute(reply::cancel);
    }
}
