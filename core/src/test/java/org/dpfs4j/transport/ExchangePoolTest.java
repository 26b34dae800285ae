package org.dpfs4j.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.dpfs4j.memory.IovecPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangePoolTest {
    private static final int COUNT = 5;

    private final ExchangePool<Counted> exchanges = new ExchangePool<>(COUNT, Counted::new);

    /** Counts its ends. */
    private static final class Counted extends PooledExchange {
        int ends;
        int closes;

        Counted(int index, IovecPool pool) {
            super(index, pool);
        }

        @Override
        protected void end() {
            super.end();
            ends++;
        }

        @Override
        protected void close() {
            super.close();
            closes++;
        }
    }

    @AfterEach
    void close() {
        exchanges.close();
    }

    private Counted begun() {
        var exchange = exchanges.next();
        exchanges.begin(exchange);
        return exchange;
    }

    @Test
    void soManyAreUnderWayAndNoMore() {
        var indexes = new HashSet<Integer>();
        for (int i = 0; i < COUNT; i++) {
            assertThat(exchanges.isFull()).isFalse();
            indexes.add(begun().index());
        }
        assertThat(indexes).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(exchanges.isFull()).isTrue();
        assertThat(exchanges.next()).isNull();
        assertThat(exchanges.inFlight()).isEqualTo(COUNT);
    }

    @Test
    void theOneGivenBackLastIsTheNext() {
        begun();
        var second = begun();
        exchanges.end(second);
        assertThat(second.isInFlight()).isFalse();
        assertThat(exchanges.next()).isSameAs(second);
    }

    @Test
    void oneThatIsNotBegunStaysTheNext() {
        assertThat(exchanges.next()).isSameAs(exchanges.next());
        assertThat(exchanges.inFlight()).isZero();
    }

    @Test
    void whatIsUnderWayAtTheEndFreesItselfLater() {
        var late = begun();
        var early = begun();
        exchanges.end(early);
        exchanges.close();
        exchanges.close();

        assertThat(early.closes).isEqualTo(1);
        assertThat(late.isOrphan()).isTrue();
        assertThat(late.closes).isZero();
        assertThat(exchanges.inFlight()).isZero();

        exchanges.end(late);
        assertThat(late.ends).isEqualTo(1);
        assertThat(late.closes).isEqualTo(1);
        assertThat(exchanges.inFlight()).isZero();
    }
}
