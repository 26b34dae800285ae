package org.dpfs4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a worker, and for how long: not for the calls of others that do not end. */
@Timeout(30)
class WorkersTest {
    private static final int EINTR = 4;
    private static final Owner NOBODY = cause -> {};

    private final CountDownLatch end = new CountDownLatch(1);
    private final Workers workers = new Workers();

    @AfterEach
    void close() {
        end.countDown();
        workers.close();
    }

    private static int awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            return -EINTR;
        }
        return 0;
    }

    private void block(Line line, int calls) {
        block(line, calls, end);
    }

    private void block(Line line, int calls, CountDownLatch until) {
        for (int i = 0; i < calls; i++) {
            workers.submit(line, NOBODY, worker -> awaitEnd(until), result -> {});
        }
    }

    private int call(Line line) throws Exception {
        var answer = new CompletableFuture<Integer>();
        workers.submit(line, NOBODY, worker -> 7, answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSourceThatDoesNotAnswerStopsNoOther() throws Exception {
        var dead = new Source();
        for (int i = 0; i < 10; i++) {
            block(new Line(dead), 100);
        }
        await().until(() -> workers.busy() == Source.THREADS_MAX);
        assertThat(workers.waiting()).isEqualTo(1000 - Source.THREADS_MAX);
        assertThat(call(new Line(new Source()))).isEqualTo(7);
        assertThat(workers.busy()).isLessThanOrEqualTo(Source.THREADS_MAX + 1);
    }

    @Test
    void manySourcesThatDoNotAnswerGetMoreThreads() throws Exception {
        for (int i = 0; i < Workers.THREADS + 2; i++) {
            block(new Line(new Source()), 1);
        }
        assertThat(call(new Line(new Source()))).isEqualTo(7);
        assertThat(workers.count()).isGreaterThan(Workers.THREADS).isLessThanOrEqualTo(Workers.THREADS_MAX);
    }

    @Test
    void threadsAreNotWithoutNumber() {
        for (int i = 0; i < Workers.THREADS_MAX + 10; i++) {
            block(new Line(new Source()), 1);
        }
        await().until(() -> workers.busy() == Workers.THREADS_MAX);
        assertThat(workers.count()).isEqualTo(Workers.THREADS_MAX);
        assertThat(workers.waiting()).isEqualTo(10);
    }

    @Test
    void aDeviceLeavesThreadsOfASourceToAnother() throws Exception {
        var source = new Source();
        block(new Line(source), 100);
        assertThat(call(new Line(source))).isEqualTo(7);
        await().until(() -> workers.busy() == Line.THREADS_MAX);
    }

    @Test
    void linesTakeTurns() {
        var source = new Source();
        var last = new CountDownLatch(1);
        block(new Line(source), Line.THREADS_MAX, end);
        block(new Line(source), Source.THREADS_MAX - Line.THREADS_MAX - 1, end);
        block(new Line(source), 1, last);
        await().until(() -> workers.busy() == Source.THREADS_MAX);
        var order = Collections.synchronizedList(new ArrayList<String>());
        var longLine = new Line(source);
        for (int i = 0; i < 50; i++) {
            workers.submit(longLine, NOBODY, worker -> 0, result -> order.add("long"));
        }
        workers.submit(new Line(source), NOBODY, worker -> 0, result -> order.add("short"));
        // One call after the other from here on.
        last.countDown();
        await().until(() -> order.size() == 51);
        assertThat(order.indexOf("short")).isEqualTo(1);
    }

    @Test
    void whatIsCancelledHasNotBegunAndNothingElseIs() throws Exception {
        var line = new Line(new Source());
        block(line, Line.THREADS_MAX);
        await().until(() -> workers.busy() == Line.THREADS_MAX);
        Owner cancelled = cause -> {};
        var ended = Collections.synchronizedList(new ArrayList<Integer>());
        var others = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 10; i++) {
            workers.submit(line, cancelled, worker -> 1, ended::add);
            var other = new CompletableFuture<Integer>();
            workers.submit(line, NOBODY, worker -> 2, other::complete);
            others.add(other);
        }
        workers.cancel(cancelled, -EINTR);
        assertThat(ended).isEqualTo(Collections.nCopies(10, -EINTR));
        assertThat(workers.waiting()).isEqualTo(10);
        end.countDown();
        for (var other : others) {
            assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        }
        assertThat(ended).hasSize(10);
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void linesThatWereCancelledAreNotKept() {
        var source = new Source();
        block(new Line(source), Line.THREADS_MAX);
        block(new Line(source), Line.THREADS_MAX);
        await().until(() -> workers.busy() == Source.THREADS_MAX);
        workers.cancel(NOBODY, -EINTR);
        for (int i = 0; i < 100; i++) {
            workers.submit(new Line(source), NOBODY, worker -> 0, result -> {});
            workers.cancel(NOBODY, -EINTR);
        }
        assertThat(source.held).isEmpty();
    }

    @Test
    void whatWaitsWhenItClosesIsDone() {
        var done = Collections.synchronizedList(new ArrayList<Integer>());
        var line = new Line(new Source());
        for (int i = 0; i < 100; i++) {
            workers.submit(line, NOBODY, worker -> 3, done::add);
        }
        workers.close();
        assertThat(done).isEqualTo(List.copyOf(Collections.nCopies(100, 3)));
        workers.submit(line, NOBODY, worker -> 3, done::add);
        assertThat(done).hasSize(101).contains(-125);
    }
}
