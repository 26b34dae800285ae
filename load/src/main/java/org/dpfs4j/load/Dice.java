package org.dpfs4j.load;

/** Random numbers that cost a nanosecond (xorshift). One thread. */
final class Dice {
    private long state;

    /** Throws the same numbers for the same seed. */
    Dice(long seed) {
        state = seed == 0 ? 1 : seed;
    }

    /** A number from 0 to {@code bound} - 1. */
    int below(int bound) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return (int) ((state >>> 33) % bound);
    }
}
