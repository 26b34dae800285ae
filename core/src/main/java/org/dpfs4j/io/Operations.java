package org.dpfs4j.io;

import java.util.Arrays;

/** The operations of one lane that are under way: who each is for, what it holds open, what happens at its end. */
final class Operations {
    private static final int FIRST_CAPACITY = 1024;

    private Owner[] owners = new Owner[FIRST_CAPACITY];
    private Completion<?>[] completions = new Completion<?>[FIRST_CAPACITY];
    private Fd[] fds = new Fd[FIRST_CAPACITY];
    private long[] tokens = new long[FIRST_CAPACITY];
    private int[] free = new int[FIRST_CAPACITY];
    private int freeCount;

    Operations() {
        refill(0, FIRST_CAPACITY);
    }

    private void refill(int from, int to) {
        for (int index = to - 1; index >= from; index--) {
            free[freeCount++] = index;
        }
    }

    /** Enters an operation and keeps {@code fd} open; returns its index, the smallest free ones first. */
    int begin(Owner owner, Fd fd, Completion<?> done) {
        if (!fd.acquire()) {
            throw new IllegalStateException("operation on a closed descriptor: " + fd);
        }
        if (freeCount == 0) {
            grow();
        }
        var index = free[--freeCount];
        owners[index] = owner;
        completions[index] = done;
        fds[index] = fd;
        return index;
    }

    private void grow() {
        var capacity = owners.length;
        owners = Arrays.copyOf(owners, 2 * capacity);
        completions = Arrays.copyOf(completions, 2 * capacity);
        fds = Arrays.copyOf(fds, 2 * capacity);
        tokens = Arrays.copyOf(tokens, 2 * capacity);
        free = new int[2 * capacity];
        refill(capacity, 2 * capacity);
    }

    /** Remembers what the kernel knows the operation by. */
    void token(int index, long token) {
        tokens[index] = token;
    }

    long token(int index) {
        return tokens[index];
    }

    /** Ends an operation and tells its owner. */
    @SuppressWarnings("unchecked") // begin() took owner and completion of one type
    void end(int index, int result) {
        var owner = owners[index];
        var done = (Completion<Owner>) completions[index];
        var fd = fds[index];
        owners[index] = null;
        completions[index] = null;
        fds[index] = null;
        free[freeCount++] = index;
        try {
            done.done(result, owner);
        } catch (Throwable cause) {
            owner.broken(cause);
        } finally {
            fd.release();
        }
    }

    /** The next operation of {@code owner} (of anybody when null) from {@code from} on, or -1. */
    @SuppressWarnings("ReferenceEquality") // an owner is itself only
    int next(Owner owner, int from) {
        for (int index = from; index < owners.length; index++) {
            if (owners[index] != null && (owner == null || owners[index] == owner)) {
                return index;
            }
        }
        return -1;
    }

    int count() {
        return owners.length - freeCount;
    }
}
