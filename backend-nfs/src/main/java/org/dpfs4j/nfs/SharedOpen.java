package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.OpenState;

/**
 * A file that a user has open at the server for reading, for as long as there is a delegation: whoever of that user opens it
 * in the meantime shares it, and it stays open in between. All but the state belongs to {@link Delegations}, under its lock.
 */
final class SharedOpen {
    private final OpenState state;
    private final long change;

    /** The delegation that it is kept for; null when there is none any more: the last user closes it then. */
    Delegation keptFor;

    /** How many of the guest's open files it stands for. */
    int users;

    SharedOpen(OpenState state, Delegation keptFor) {
        this.state = state;
        this.keptFor = keptFor;
        change = keptFor.attributes().change();
    }

    /** The state of the contents that the delegation is about. */
    long change() {
        return change;
    }

    OpenState state() {
        return state;
    }
}
