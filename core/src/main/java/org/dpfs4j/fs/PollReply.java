package org.dpfs4j.fs;

/** What is ready: POLL. */
public interface PollReply extends Reply {
    /** Answers with the events that are ready, POLL* of {@code poll(2)}. */
    void ok(int events);
}
