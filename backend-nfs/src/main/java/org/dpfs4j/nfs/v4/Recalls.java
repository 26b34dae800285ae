package org.dpfs4j.nfs.v4;

/** Hears what a server wants back of the delegations that it has given, and when none of them can be relied on. Any thread. */
public interface Recalls {
    /** Whoever has no use for delegations: whatever is wanted back goes back. */
    Recalls OF_NONE = new Recalls() {
        @Override
        public void recalled(LaneSession by, StateId delegation, FileHandle file) {
            by.giveBackDelegation(delegation, file, () -> {});
        }

        @Override
        public void keep(int most) {}

        @Override
        public void doubted() {}
    };

    /**
     * The server wants a delegation back: it has been told that it will have it, and lets others wait until then. It may be
     * one that we have not been told of yet. Said on the lane of {@code by}.
     */
    void recalled(LaneSession by, StateId delegation, FileHandle file);

    /** The server wants so many delegations at most to be kept. */
    void keep(int most);

    /**
     * A recall may not have reached us, or may not reach us from now on: a connection has ended, the server has not answered
     * for long, has been restarted, or says that it has taken state away or cannot call us. Said as long as it is so.
     */
    void doubted();
}
