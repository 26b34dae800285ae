package org.dpfs4j.nfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.io.Lane;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.v4.Attributes;
import org.dpfs4j.nfs.v4.LaneSession;
import org.dpfs4j.nfs.v4.StateId;

/**
 * The server's promise to ask us first, before somebody else changes a file. Any lane asks it; what is not final belongs to
 * {@link Delegations}, under its lock.
 */
final class Delegation {
    /** Somebody who wants to change the file, and waits for the server to have the delegation back. */
    record Waiting(Lane lane, Runnable work) {}

    private final NfsNode node;
    private final StateId id;
    private final LaneSession session;
    private final Attributes attributes;
    private volatile boolean held = true;

    /** Who was found to be allowed to read, by what they have open. */
    final Map<Credential, SharedOpen> opens = new HashMap<>();

    /** Who goes on when the server has it back. */
    final List<Waiting> waiting = new ArrayList<>();

    /** One that came by {@code session} with an OPEN, and what the file was like then. */
    Delegation(NfsNode node, StateId id, LaneSession session, Attributes attributes) {
        this.node = node;
        this.id = id;
        this.session = session;
        this.attributes = attributes;
    }

    NfsNode node() {
        return node;
    }

    StateId id() {
        return id;
    }

    LaneSession session() {
        return session;
    }

    /** What the file is like as long as the delegation is held. Nobody reads over them. */
    Attributes attributes() {
        return attributes;
    }

    /** Whether the server has not been told that it will have it back. */
    boolean isHeld() {
        return held;
    }

    /** It is on its way back. */
    void leaves() {
        held = false;
    }

    /** Whether the file is known to be as it was when the delegation came; asked on the lane of {@code by}. */
    boolean answers(LaneSession by) {
        return held && by.isTrusted(System.nanoTime());
    }
}
