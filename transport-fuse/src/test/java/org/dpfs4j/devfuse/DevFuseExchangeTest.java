package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.ExchangePool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DevFuseExchangeTest {
    private static final int PAGE_BYTES = 4096;

    private final Syscalls syscalls = new Syscalls();
    private final ExchangePool<DevFuseExchange> exchanges =
            new ExchangePool<>(2, (index, pool) -> new DevFuseExchange(index, pool, syscalls));

    @AfterEach
    void free() {
        exchanges.close();
        syscalls.close();
    }

    private DevFuseExchange begun(long bytes) {
        var exchange = exchanges.next();
        exchanges.begin(exchange);
        exchange.begin(bytes);
        return exchange;
    }

    @Test
    void dataOfWriteAndReadBeginsOnAPage() {
        var exchange = begun(100);
        assertThat((exchange.requestAddress() + 80) % PAGE_BYTES).isZero();
        assertThat((exchange.replyAddress() + 16) % PAGE_BYTES).isZero();
        assertThat(exchange.request().sizeBytes()).isEqualTo(100);
        assertThat(exchange.reply().sizeBytes()).isGreaterThan(DevFuseExchange.REPLY_DATA_BYTES);
    }

    @Test
    void theLargestRequestEndsBeforeTheReply() {
        var exchange = begun(40);
        assertThat(exchange.requestAddress() + DevFuseExchange.REQUEST_BYTES).isLessThan(exchange.replyAddress());
    }

    @Test
    void aRefusalCarriesTheRequestsNumber() {
        var exchange = begun(40);
        Memory.ALL.set(JAVA_LONG, exchange.requestAddress() + 8, 0x1234_5678_9ABCL);
        assertThat(exchange.refuse(5)).isEqualTo(16);
        assertThat(Memory.ALL.get(JAVA_INT, exchange.replyAddress())).isEqualTo(16);
        assertThat(Memory.ALL.get(JAVA_INT, exchange.replyAddress() + 4)).isEqualTo(-5);
        assertThat(Memory.ALL.get(JAVA_LONG, exchange.replyAddress() + 8)).isEqualTo(0x1234_5678_9ABCL);
    }

    @Test
    void nobodyWaitsForTheAnswerOfForgetAndInterrupt() {
        var exchange = begun(40);
        for (var opcode : new int[] {2, 36, 41, 42}) {
            Memory.ALL.set(JAVA_INT, exchange.requestAddress() + 4, opcode);
            assertThat(exchange.wantsReply()).as("opcode %d", opcode).isFalse();
        }
        Memory.ALL.set(JAVA_INT, exchange.requestAddress() + 4, 15);
        assertThat(exchange.wantsReply()).isTrue();
    }

    @Test
    void aHeaderThatIsCutSaysNothingOfTheRequestBefore() {
        var exchange = begun(40);
        Memory.ALL.set(JAVA_INT, exchange.requestAddress() + 4, 2);
        Memory.ALL.set(JAVA_LONG, exchange.requestAddress() + 8, -1L);
        exchanges.end(exchange);
        assertThat(begun(4)).isSameAs(exchange);
        assertThat(exchange.wantsReply()).isTrue();
        exchange.refuse(5);
        assertThat(Memory.ALL.get(JAVA_LONG, exchange.replyAddress() + 8)).isZero();
    }
}
