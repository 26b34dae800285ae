package org.dpfs4j.nfs.v4;

import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.nfs.rpc.Credential;

/**
 * A file that is open at the server: one for each time that a guest opens one, with an open-owner of its own, so that opens
 * and closes belong to each other. Several lanes use it; its state id changes when it is recovered.
 */
public final class OpenState implements StateHolder {
    private final long owner;
    private final int access;
    private final Credential credential;
    private final AtomicBoolean recovering = new AtomicBoolean();
    private volatile FileHandle handle;
    private volatile StateId id = StateId.ANONYMOUS;
    private volatile boolean lost;
    private volatile boolean closed;
    private volatile long claimed;
    private Delegated delegation;

    /** One that is about to be opened. */
    OpenState(long owner, int access, Credential credential) {
        this.owner = owner;
        this.access = access;
        this.credential = credential;
    }

    /** It is open now. */
    public void opened(FileHandle file, StateId as) {
        handle = file;
        id = as;
    }

    @Override
    public StateId stateId() {
        return id;
    }

    /** Who opened it: reading, writing and closing are done in the same name. */
    public Credential credential() {
        return credential;
    }

    public FileHandle handle() {
        return handle;
    }

    /** {@link OpenOps#READ} and {@link OpenOps#WRITE}. */
    public int access() {
        return access;
    }

    /** The number that stands for its open-owner. */
    public long owner() {
        return owner;
    }

    /** The server has forgotten it, and it cannot be opened again. */
    void lose() {
        lost = true;
    }

    /** Whether it is not open any more, for no fault of the guest's. */
    public boolean isLost() {
        return lost;
    }

    /** The server has been told of it, and of its locks, when claims were made for this time; see {@link Client#claims}. */
    void claimed(long claims) {
        claimed = claims;
    }

    /** Whether it still has to be claimed. */
    boolean isToBeClaimed(long claims) {
        return !lost && claimed != claims;
    }

    /** Nobody has it open any more. */
    void close() {
        closed = true;
    }

    /** Whether nobody has it open any more. */
    public boolean isClosed() {
        return closed;
    }

    /** The server gave a delegation with it, whether it was asked for one or not. */
    void delegated(Delegated given) {
        delegation = given;
    }

    /** Takes out the delegation that came with it; null when none did. */
    public Delegated takeDelegation() {
        var taken = delegation;
        delegation = null;
        return taken;
    }

    /** Takes the right to recover it; false when somebody else does. */
    boolean beginRecovery() {
        return recovering.compareAndSet(false, true);
    }

    boolean isRecovering() {
        return recovering.get();
    }

    void endRecovery() {
        recovering.set(false);
    }
}
