package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.guest.GuestListener;

/** Waits until the guest asks for something. */
final class Requests implements GuestListener {
    private final String word;
    private final CountDownLatch asked = new CountDownLatch(1);

    Requests(String word) {
        this.word = word;
    }

    @Override
    public void line(String line) {}

    @Override
    public void request(String asking) {
        if (asking.equals(word)) {
            asked.countDown();
        }
    }

    void await() throws InterruptedException {
        assertThat(asked.await(2, TimeUnit.MINUTES))
                .as("the guest asks for " + word)
                .isTrue();
    }
}
