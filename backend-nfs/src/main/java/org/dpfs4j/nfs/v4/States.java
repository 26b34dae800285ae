package org.dpfs4j.nfs.v4;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.nfs.rpc.Credential;

/** All that a server holds for one client: what has to be claimed again when it restarts. Any thread. */
public final class States {
    private final AtomicLong owners = new AtomicLong();
    private final Set<OpenState> opens = ConcurrentHashMap.newKeySet();
    private final Set<LockState> locks = ConcurrentHashMap.newKeySet();

    /** A file that is about to be opened; {@link #add} once it is. */
    public OpenState opening(int access, Credential credential) {
        return new OpenState(owner(), access, credential);
    }

    /** A number for an owner of locks that nobody has had, not even as an open-owner. */
    public long owner() {
        return owners.incrementAndGet();
    }

    /** A file is open at the server from now on; said by the session in which that was done. */
    public void add(OpenState state, LaneSession session) {
        opens.add(state);
        refuseDelegation(state, session);
    }

    /** A delegation that came with an OPEN and was not taken out goes back. */
    public void refuseDelegation(OpenState state, LaneSession session) {
        var delegation = state.takeDelegation();
        if (delegation != null) {
            session.giveBackDelegation(delegation.id(), state.handle(), () -> {});
        }
    }

    /** A file is not open any more. */
    public void remove(OpenState state) {
        state.close();
        opens.remove(state);
    }

    /** Locks are held from now on. */
    public void add(LockState state) {
        locks.add(state);
    }

    /** No locks are held any more. */
    public void remove(LockState state) {
        locks.remove(state);
    }

    List<OpenState> opens() {
        return List.copyOf(opens);
    }

    /** Locks that were taken through an open file. */
    List<LockState> locksOf(OpenState open) {
        return locks.stream().filter(lock -> lock.open() == open).toList();
    }

    /** How many files are open. */
    public int openCount() {
        return opens.size();
    }
}
