package org.dpfs4j.io;

/**
 * What happens when an operation has ended; called once, on the lane that started it. Write it as a static method: it
 * captures nothing and shows in stack traces.
 */
@FunctionalInterface
public interface Completion<O extends Owner> {
    /**
     * Takes the result.
     *
     * @param result the kernel's result: a value, or a negated errno (-ECANCELED or -EINTR after a cancel)
     * @param owner what the operation was done for
     */
    void done(int result, O owner);
}
