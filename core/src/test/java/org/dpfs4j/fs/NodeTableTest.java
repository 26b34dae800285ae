package org.dpfs4j.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

class NodeTableTest {
    private final List<Node> dropped = new ArrayList<>();
    private final NodeTable<String, Node> table = new NodeTable<>(new Node(), 100, dropped::add);

    @Test
    void theSameKeyIsTheSameNodeAndCountsItsLookups() {
        var node = table.lookup("a", new Node());
        assertThat(table.lookup("a", new Node())).isSameAs(node);
        assertThat(dropped).as("the second, unneeded node").hasSize(1);
        table.forget(node.id(), 1);
        assertThat(table.get(node.id())).as("one lookup is left").isSameAs(node);
        table.forget(node.id(), 1);
        assertThat(table.get(node.id())).isNull();
        assertThat(dropped).last().isSameAs(node);
    }

    @Test
    void aForgottenKeyComesBackUnderAnotherId() {
        var node = table.lookup("a", new Node());
        table.forget(node.id(), 1);
        var again = table.lookup("a", new Node());
        assertThat(again.id()).isNotEqualTo(node.id());
        assertThat(table.get(node.id())).isNull();
    }

    @Test
    void forgettingTooMuchForgetsOnce() {
        var node = table.lookup("a", new Node());
        table.forget(node.id(), -1L);
        table.forget(node.id(), 5);
        assertThat(dropped).containsExactly(node);
    }

    @Test
    void theRootIsNeverForgotten() {
        table.forget(Protocol.ROOT_ID, Long.MAX_VALUE);
        assertThat(table.get(Protocol.ROOT_ID)).isNotNull();
        assertThat(dropped).isEmpty();
    }

    @Test
    void aFullTableDropsWhatItCannotTake() {
        var small = new NodeTable<String, Node>(new Node(), 1, dropped::add);
        small.lookup("a", new Node());
        var second = new Node();
        assertThat(small.lookup("b", second)).isNull();
        assertThat(dropped).containsExactly(second);
    }

    /** Lookups and forgets of one name from several threads: every node dies exactly once, and none is answered dead. */
    @Test
    void lookupsAndForgetsOnSeveralLanesAgree() throws InterruptedException {
        Set<Node> dead = ConcurrentHashMap.newKeySet();
        var drops = new AtomicInteger();
        var shared = new NodeTable<String, Node>(new Node(), 1000, node -> {
            dead.add(node);
            drops.incrementAndGet();
        });
        var made = new AtomicInteger();
        var wrong = new AtomicInteger();
        var start = new CountDownLatch(1);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < 20_000; i++) {
                    made.incrementAndGet();
                    var node = shared.lookup("x", new Node());
                    if (dead.contains(node) || shared.get(node.id()) != node) {
                        wrong.incrementAndGet();
                    }
                    shared.forget(node.id(), 1);
                }
            }));
        }
        start.countDown();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(shared.size()).isZero();
        assertThat(drops).as("every node made is dropped once").hasValue(made.get());
        assertThat(dead).hasSize(made.get());
    }
}
