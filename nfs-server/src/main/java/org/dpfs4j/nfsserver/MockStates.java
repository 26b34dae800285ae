package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens, locks and delegations that the mock server's clients hold. */
final class MockStates {
    /**
     * What stands for a state on the wire.
     *
     * @param sequence its version; 0 means the newest
     * @param epoch the server's start in which it was given
     * @param id which
     */
    record Stateid(int sequence, int epoch, long id) {
        static final int SIZE = 16;

        static Stateid read(ByteBuf in) {
            return new Stateid(in.readInt(), in.readInt(), in.readLong());
        }

        void write(ByteBuf out) {
            out.writeInt(sequence).writeInt(epoch).writeLong(id);
        }

        boolean isAnonymous() {
            return (epoch == 0 && id == 0 && sequence == 0) || (epoch == -1 && id == -1);
        }

        boolean isCurrent() {
            return epoch == 0 && id == 0 && sequence == 1;
        }
    }

    /** A state of one owner on one file. */
    static final class State {
        final long id;
        final MockClient client;
        final byte[] owner;
        final MockNode node;
        final int uid;
        /** For a lock's state, the open it came from. */
        final State open;

        boolean delegation;
        boolean recalled;
        int access;
        int sequence = 1;
        boolean revoked;

        State(long id, MockClient client, byte[] owner, MockNode node, int uid, State open) {
            this.id = id;
            this.client = client;
            this.owner = owner;
            this.node = node;
            this.uid = uid;
            this.open = open;
        }
    }

    /** A locked range, with its last byte. */
    record Range(State state, long start, long last, boolean write) {
        boolean overlaps(long otherStart, long otherLast) {
            return Long.compareUnsigned(start, otherLast) <= 0 && Long.compareUnsigned(otherStart, last) <= 0;
        }
    }

    private final Map<Long, State> states = new HashMap<>();
    private final List<Range> ranges = new ArrayList<>();
    private int epoch = 1;
    private long lastId;

    /** As a restart does: all states are gone, and their ids are stale. */
    void restart() {
        epoch++;
        states.values().forEach(MockStates::close);
        states.clear();
        ranges.clear();
    }

    void forget(MockClient client) {
        List.copyOf(states.values()).stream()
                .filter(state -> state.client == client)
                .forEach(this::remove);
    }

    /** As an administrator does: the states of one file are worth nothing any more. */
    void revoke(MockNode node) {
        states.values().stream().filter(state -> state.node == node).forEach(state -> state.revoked = true);
        ranges.removeIf(range -> range.state().node == node);
    }

    /** Takes away all delegations, as of clients that have not given them back in time. */
    void revokeDelegations() {
        states.values().stream().filter(state -> state.delegation).forEach(state -> state.revoked = true);
    }

    /** Whether a client has not freed all that was taken away from it. */
    boolean hasRevoked(MockClient client) {
        return states.values().stream().anyMatch(state -> state.client == client && state.delegation && state.revoked);
    }

    List<State> delegations(MockNode node) {
        return states.values().stream()
                .filter(state -> state.node == node && state.delegation)
                .toList();
    }

    /** Delegations that are out, of all files. */
    int delegations() {
        return (int) states.values().stream().filter(state -> state.delegation).count();
    }

    /** Whether somebody may write to a file. */
    boolean isOpenForWriting(MockNode node) {
        return states.values().stream().anyMatch(state -> state.node == node && (state.access & 2) != 0);
    }

    int count() {
        return states.size();
    }

    int locks() {
        return ranges.size();
    }

    Stateid id(State state) {
        return new Stateid(state.sequence, epoch, state.id);
    }

    State add(MockClient client, byte[] owner, MockNode node, int uid, State open) {
        var state = new State(++lastId, client, owner, node, uid, open);
        states.put(state.id, state);
        if (open == null) {
            node.opens++;
        }
        return state;
    }

    /** The open ({@code ofLock} false) or lock state of an owner on a file, or null. */
    State find(MockClient client, byte[] owner, MockNode node, boolean ofLock) {
        for (var state : states.values()) {
            if (state.node == node
                    && state.client == client
                    && !state.delegation
                    && (state.open != null) == ofLock
                    && Arrays.equals(state.owner, owner)) {
                return state;
            }
        }
        return null;
    }

    /** Status of using a stateid: OK means that {@link #get} finds it. */
    int check(Stateid id) {
        if (id.epoch() != epoch) {
            return id.epoch() > 0 && id.epoch() < epoch ? Nfs.ERR_STALE_STATEID : Nfs.ERR_BAD_STATEID;
        }
        var state = states.get(id.id());
        if (state == null) {
            return Nfs.ERR_BAD_STATEID;
        }
        if (state.revoked) {
            return state.delegation ? Nfs.ERR_DELEG_REVOKED : Nfs.ERR_ADMIN_REVOKED;
        }
        if (id.sequence() == 0 || id.sequence() == state.sequence) {
            return Nfs.OK;
        }
        return id.sequence() < state.sequence ? Nfs.ERR_OLD_STATEID : Nfs.ERR_BAD_STATEID;
    }

    State get(Stateid id) {
        return states.get(id.id());
    }

    /** Takes away a state and, of an open, its locks. */
    void remove(State state) {
        states.remove(state.id);
        ranges.removeIf(range -> range.state() == state || range.state().open == state);
        states.values().removeIf(other -> other.open == state);
        if (state.open == null) {
            close(state);
        }
    }

    private static void close(State state) {
        if (state.open == null) {
            state.node.opens--;
        }
    }

    boolean holdsLocks(State state) {
        return ranges.stream().anyMatch(range -> range.state() == state || range.state().open == state);
    }

    /** What of others stands against a lock, or null. */
    Range conflict(MockNode node, MockClient client, byte[] owner, Range wanted) {
        for (var range : ranges) {
            if (range.state().node == node
                    && (range.write() || wanted.write())
                    && range.overlaps(wanted.start(), wanted.last())
                    && !(range.state().client == client && Arrays.equals(range.state().owner, owner))) {
                return range;
            }
        }
        return null;
    }

    void lock(Range wanted) {
        unlock(wanted.state(), wanted.start(), wanted.last());
        ranges.add(wanted);
    }

    /** Frees a range, and keeps what a lock has on both sides of it. */
    void unlock(State state, long start, long last) {
        for (var range : List.copyOf(ranges)) {
            if (range.state() != state || !range.overlaps(start, last)) {
                continue;
            }
            ranges.remove(range);
            if (Long.compareUnsigned(range.start(), start) < 0) {
                ranges.add(new Range(state, range.start(), start - 1, range.write()));
            }
            if (Long.compareUnsigned(range.last(), last) > 0) {
                ranges.add(new Range(state, last + 1, range.last(), range.write()));
            }
        }
    }
}
