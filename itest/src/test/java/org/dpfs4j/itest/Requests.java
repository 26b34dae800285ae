package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.guest.Guest;
import org.dpfs4j.guest.GuestListener;

/** Waits until the guest asks for something. */
final class Requests implements GuestListener {
    private static final Duration LIMIT = Duration.ofMinutes(15);

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
        assertThat(asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("the guest asks for " + word)
                .isTrue();
    }

    /** Waits for as long as the guest runs. */
    void await(Guest guest) throws InterruptedException {
        while (!asked.await(1, TimeUnit.SECONDS)) {
            assertThat(guest.isRunning())
                    .as("the guest is there to ask for " + word)
                    .isTrue();
        }
    }
}
