package org.dpfs4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandlerContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a lane goes on looking for work, and when it asks to be told. */
class PollerTest {
    /** Far longer than any test takes: what is waited for in vain ends by something else. */
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final AtomicInteger lanesServing = new AtomicInteger();

    /** A queue with as much work as a test says. */
    private static class Work implements Polled {
        int there;
        int done;
        int looks;
        int arms;

        /** Work that comes just when the queue asks to be told. */
        int late;

        @Override
        public boolean poll() {
            looks++;
            if (there == 0) {
                return false;
            }
            there--;
            done++;
            return true;
        }

        @Override
        public boolean arm() {
            arms++;
            there += late;
            late = 0;
            return there > 0;
        }
    }

    /** A loop with nothing else to do, or with tasks. */
    private record Loop(boolean canBlock) implements IoHandlerContext {
        @Override
        public long delayNanos(long now) {
            return LONG;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }

    private Poller poller(int cores, long limitNanos) {
        return new Poller(lanesServing, cores, limitNanos);
    }

    private static Polling looking(Poller poller, Work work) {
        var polling = poller.polling(work);
        polling.serving(true);
        polling.look();
        return polling;
    }

    /** Its turns, as often as they are over before all is done. */
    private static void lookUntilItSleeps(Poller poller) {
        for (int i = 0; i < 100_000 && poller.isActive(); i++) {
            poller.lookAround(new Loop(true));
        }
    }

    @Test
    void allWorkIsDoneAndThenItAsksToBeTold() {
        var poller = poller(2, 0);
        var work = new Work();
        work.there = 3;
        looking(poller, work);

        lookUntilItSleeps(poller);

        assertThat(work.done).isEqualTo(3);
        assertThat(work.arms).isEqualTo(1);
        assertThat(poller.isActive()).isFalse();
    }

    @Test
    void whatComesWhileItAsksToBeToldIsNotMissed() {
        var poller = poller(2, 0);
        var work = new Work();
        work.late = 1;
        looking(poller, work);

        lookUntilItSleeps(poller);

        assertThat(work.done).isEqualTo(1);
        assertThat(work.arms).isEqualTo(2);
        assertThat(poller.isActive()).isFalse();
    }

    @Test
    void whereItMayWaitItStaysAwakeForMore() {
        var poller = poller(2, LONG);
        var work = new Work();
        looking(poller, work);

        poller.lookAround(new Loop(false));

        assertThat(work.looks).isPositive();
        assertThat(work.arms).isZero();
        assertThat(poller.isActive()).isTrue();
    }

    @Test
    void whatOnlyWaitsIsNeverLookedAtInVain() {
        var poller = poller(2, LONG);
        var work = new Work();
        work.there = 2;
        poller.waiting(work).look();

        lookUntilItSleeps(poller);

        assertThat(work.done).isEqualTo(2);
        assertThat(work.looks).isEqualTo(3);
        assertThat(work.arms).isEqualTo(1);
    }

    @Test
    void tasksOfTheLoopHaveTheirTurnAfterEachLook() {
        var poller = poller(2, LONG);
        var work = new Work();
        work.there = 2;
        looking(poller, work);

        poller.lookAround(new Loop(false));

        assertThat(work.done).isEqualTo(1);
    }

    @Test
    void theRingHasItsTurnOnceSomethingWasSubmitted() {
        var poller = poller(2, LONG);
        var work = new Work() {
            @Override
            public boolean poll() {
                poller.submitted(true);
                return super.poll();
            }
        };
        looking(poller, work);

        poller.lookAround(new Loop(true));

        assertThat(work.looks).isEqualTo(1);
    }

    @Test
    void whatAChannelHasSentIsSubmittedBeforeTheNextLook() {
        var poller = poller(2, LONG);
        var work = new Work();
        looking(poller, work);
        poller.sent();

        poller.lookAround(new Loop(true));
        assertThat(work.looks).isZero();

        poller.lookAround(new Loop(false));
        assertThat(work.looks).isEqualTo(1);
    }

    @Test
    void theRingHasItsTurnOftenWhileAnswersAreAwaited() {
        var poller = poller(2, LONG);
        var work = new Work() {
            @Override
            public boolean poll() {
                for (long end = System.nanoTime() + 5_000; System.nanoTime() < end; ) {
                    Thread.onSpinWait();
                }
                return super.poll();
            }
        };
        looking(poller, work);
        poller.awaits(1);

        poller.lookAround(new Loop(true));

        assertThat(work.looks).isEqualTo(1);
    }

    @Test
    void itDoesNotWaitWhereAllCoresHaveLanesThatServe() {
        var poller = poller(2, LONG);
        var other = poller(2, LONG);
        var work = new Work();
        looking(poller, work);
        var polling = other.polling(new Work());
        polling.serving(true);

        poller.lookAround(new Loop(false));

        assertThat(work.arms).isEqualTo(1);

        polling.close();
        assertThat(lanesServing).hasValue(1);
    }

    @Test
    void itDoesNotWaitWhereOthersTakeTheCoreFromIt() {
        var poller = poller(2, LONG);
        var work = new Work() {
            @Override
            public boolean poll() {
                super.poll();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                return false;
            }
        };
        looking(poller, work);

        poller.lookAround(new Loop(false));
        assertThat(poller.isActive()).isTrue();
        poller.lookAround(new Loop(false));

        assertThat(work.arms).isEqualTo(1);
        assertThat(poller.isActive()).isFalse();
    }

    @Test
    void aLaneWithSeveralQueuesAtWorkIsOneLane() {
        var poller = poller(2, LONG);
        var first = poller.polling(new Work());
        var second = poller.polling(new Work());
        first.serving(true);
        second.serving(true);
        second.serving(true);

        assertThat(lanesServing).hasValue(1);
        first.close();
        assertThat(lanesServing).hasValue(1);
        second.close();
        second.close();
        assertThat(lanesServing).hasValue(0);
    }

    @Test
    void afterTwoWaitsInVainItSleepsAtOnceUntilWorkComesQuickly() {
        var limit = TimeUnit.MILLISECONDS.toNanos(1);
        var poller = poller(2, limit);
        var work = new Work();
        var polling = looking(poller, work);
        var waits = new int[4];
        for (int i = 0; i < waits.length; i++) {
            work.there = 1;
            work.looks = 0;
            polling.look();
            lookUntilItSleeps(poller);
            waits[i] = work.looks;
            // What comes long after is no reason to wait again.
            Awaitility.await().pollDelay(Duration.ofMillis(5)).until(() -> true);
        }

        assertThat(waits[0]).isGreaterThan(2);
        assertThat(waits[2]).isEqualTo(2);
        assertThat(waits[3]).isEqualTo(2);
    }

    @Test
    void oneThatFailsIsNotLookedAtAnyMoreAndOthersAre() {
        var poller = poller(2, 0);
        var work = new Work();
        work.there = 1;
        looking(poller, work);
        var failing = new Work() {
            @Override
            public boolean poll() {
                super.poll();
                throw new IllegalStateException("on purpose");
            }
        };
        looking(poller, failing);

        lookUntilItSleeps(poller);

        assertThat(failing.looks).isEqualTo(1);
        assertThat(work.done).isEqualTo(1);
        assertThat(poller.isActive()).isFalse();
    }

    @Test
    void whatIsClosedIsNotLookedAt() {
        var poller = poller(2, LONG);
        var work = new Work();
        var polling = looking(poller, work);

        polling.close();
        polling.look();
        poller.lookAround(new Loop(true));

        assertThat(work.looks).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"IO_URING", "EPOLL"})
    void aLaneThatLooksStillRunsTasks(IoMode mode) {
        try (var lanes = new Lanes(1, mode, Duration.ofNanos(LONG))) {
            var lane = lanes.lane(0);
            var work = new Work();
            lane.eventLoop().submit(() -> lane.polling(work).look()).syncUninterruptibly();

            Awaitility.await()
                    .until(() -> lane.eventLoop()
                                    .submit(() -> work.looks)
                                    .syncUninterruptibly()
                                    .getNow()
                            > 0);
        }
    }
}
