package org.dpfs4j.nfs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.v4.Attributes;
import org.dpfs4j.nfs.v4.Delegated;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.LaneSession;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.nfs.v4.Recalls;
import org.dpfs4j.nfs.v4.StateId;
import org.dpfs4j.nfs.v4.States;
import org.dpfs4j.wire.Name;

/**
 * The delegations for reading that a share has: while one is held, opening the file again and asking for its attributes needs
 * no server. They go back when the server wants them, when the guest itself is about to change the file, when there are too
 * many, and all together as soon as a recall may not have reached us. Used by all lanes; its lock is held for a moment only,
 * and never where data is read or written. Why this file is long: every way that a delegation can go is here.
 */
final class Delegations implements Recalls {
    /** No moment: no delegation was asked for. */
    static final long NOT_ASKED = -1;

    private static final int USERS_MAX = 16;
    private static final int EARLY_MAX = 64;
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final boolean enabled;
    private final int heldMax;
    private final States states;
    private final Map<StateId, Delegation> held = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<StateId> leaving = new HashSet<>();
    private final Set<StateId> early = new LinkedHashSet<>();
    private final LongAdder granted = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder recalled = new LongAdder();
    private volatile long events;
    private volatile long doubtedNanos = System.nanoTime() - DOUBT_NANOS;
    private volatile int heldCount;
    private boolean closed;

    /** At most {@code heldMax} at a time; 0: none is asked for, and what comes goes back. */
    Delegations(int heldMax, States states) {
        this.heldMax = heldMax;
        this.states = states;
        enabled = heldMax > 0;
    }

    private boolean isDoubtful() {
        return System.nanoTime() - doubtedNanos < DOUBT_NANOS;
    }

    /** Whether a delegation of a file would be kept if the server gave one; asked on the lane of {@code by}. */
    boolean wants(NfsNode node, LaneSession by) {
        return enabled
                && node.delegation() == null
                && !node.isBeingChanged()
                && !node.isHidden()
                && node.linkCount() <= 1
                && !isDoubtful()
                && by.isTrusted(System.nanoTime());
    }

    /** Stands for this moment: what is asked of the server from now on is newer. Never {@link #NOT_ASKED}. */
    long now(NfsNode node) {
        return events + node.changes();
    }

    /** What a user has open already; null when the server has to be asked. It is one user more's then. */
    SharedOpen reuse(NfsNode node, Credential who, LaneSession by) {
        var delegation = node.delegation();
        if (delegation == null || !delegation.answers(by)) {
            return null;
        }
        synchronized (this) {
            var open = delegation.opens.get(who);
            if (!delegation.isHeld() || open == null || open.state().isLost()) {
                return null;
            }
            held.get(delegation.id()); // it was used last
            open.users++;
            return open;
        }
    }

    /**
     * A file was opened for reading at the server, which was asked for a delegation at the moment {@code since}, or was not
     * since there was {@code had}; {@code attributes} were read behind it. What comes with it is kept, or goes back.
     *
     * @return what others who open the file may share; null: nothing
     */
    SharedOpen opened(
            NfsNode node, OpenState state, Attributes attributes, LaneSession by, long since, Delegation had) {
        if (!enabled) {
            return null;
        }
        var given = state.takeDelegation();
        var evicted = new ArrayList<Delegation>();
        SharedOpen open = null;
        boolean refused;
        synchronized (this) {
            var known = given == null || leaving.contains(given.id()) || held.containsKey(given.id());
            var taken = known ? null : take(node, given, attributes, by, since);
            refused = !known && taken == null; // the same once more is not another one
            var delegation = taken != null ? taken : had;
            if (delegation != null && node.delegation() == delegation && delegation.isHeld()) {
                open = share(delegation, state);
            }
            evict(heldMax, evicted);
        }
        if (refused) {
            by.giveBackDelegation(given.id(), state.handle(), () -> {});
        }
        evicted.forEach(each -> giveBack(each, each.session()));
        return open;
    }

    /** Null when it has to go back. */
    private Delegation take(NfsNode node, Delegated given, Attributes found, LaneSession by, long since) {
        var wasRecalled = early.remove(given.id());
        var keeps = given.usable() && !wasRecalled && !closed && wants(node, by) && found.linkCount() <= 1;
        if (!keeps || now(node) != since) {
            return null;
        }
        var delegation = new Delegation(node, given.id(), by, found.copy());
        node.delegation(delegation);
        held.put(given.id(), delegation);
        heldCount = held.size();
        granted.increment();
        return delegation;
    }

    private static SharedOpen share(Delegation delegation, OpenState state) {
        if (delegation.opens.size() >= USERS_MAX || delegation.opens.containsKey(state.credential())) {
            return null;
        }
        var open = new SharedOpen(state, delegation);
        open.users = 1;
        delegation.opens.put(state.credential(), open);
        return open;
    }

    private void evict(int most, List<Delegation> evicted) {
        for (var all = held.values().iterator(); held.size() > most; ) {
            var eldest = all.next();
            all.remove();
            begin(eldest);
            evicted.add(eldest);
        }
    }

    /** One of the guest's open files has been closed; whether that closes it at the server, too. */
    boolean isClosedBy(OpenFile file) {
        var open = file.shared();
        if (open == null) {
            return true;
        }
        synchronized (this) {
            return --open.users == 0 && open.keptFor == null;
        }
    }

    /** Locks belong to what was opened for one user of the guest: others open the file by themselves from now on. */
    void lockedThrough(OpenFile file) {
        var open = file.shared();
        if (open == null) {
            return;
        }
        synchronized (this) {
            if (open.keptFor != null) {
                open.keptFor.opens.remove(open.state().credential());
                open.keptFor = null;
            }
        }
    }

    /**
     * The guest is about to change a file, until {@link #changed}: {@code work} runs on the lane of {@code by} when the server
     * has back what it would have to recall from us, or at once.
     */
    void change(NfsNode node, LaneSession by, Runnable work) {
        if (!enabled) {
            work.run();
            return;
        }
        Delegation delegation;
        boolean begun;
        synchronized (this) {
            node.changeBegins();
            delegation = node.delegation();
            begun = delegation != null && leave(delegation);
            if (delegation != null) {
                delegation.waiting.add(new Delegation.Waiting(by.lane(), work));
            }
        }
        if (delegation == null) {
            work.run();
        } else if (begun) {
            giveBack(delegation, by);
        }
    }

    /** What {@link #change} began has ended, well or not. */
    void changed(NfsNode node) {
        if (enabled) {
            synchronized (this) {
                node.changeEnds();
            }
        }
    }

    /** The guest is about to change what a name means, or has just done so: as {@link #change}, for the file of that name. */
    void changeName(long parentId, Name name, LaneSession by, Runnable work) {
        if (!enabled) {
            work.run();
            return;
        }
        Delegation delegation;
        synchronized (this) {
            events++;
            delegation = find(parentId, name);
            if (delegation != null) {
                leave(delegation);
                delegation.waiting.add(new Delegation.Waiting(by.lane(), work));
            }
        }
        if (delegation == null) {
            work.run();
        } else {
            giveBack(delegation, by);
        }
    }

    private Delegation find(long parentId, Name name) {
        for (var delegation : held.values()) {
            var place = delegation.node().place();
            if (place != null && place.parentId() == parentId && name.contentEquals(place.name())) {
                return delegation;
            }
        }
        return null;
    }

    /** The guest does not know a file any more. */
    void forgotten(NfsNode node) {
        var delegation = node.delegation();
        if (delegation == null) {
            return;
        }
        synchronized (this) {
            if (!leave(delegation)) {
                return;
            }
        }
        giveBack(delegation, delegation.session());
    }

    /** Takes a delegation out, with the lock held; false when that was done before. {@link #giveBack} follows. */
    private boolean leave(Delegation delegation) {
        if (held.remove(delegation.id()) == null) {
            return false;
        }
        begin(delegation);
        return true;
    }

    private void begin(Delegation delegation) {
        heldCount = held.size();
        delegation.leaves();
        leaving.add(delegation.id());
        returned.increment();
    }

    private void giveBack(Delegation delegation, LaneSession by) {
        by.lane()
                .execute(() -> by.giveBackDelegation(
                        delegation.id(), delegation.node().handle(), () -> isBack(delegation, by)));
    }

    /** The server has it, or has forgotten it: what was open for its sake only is closed, and who waits goes on. */
    private void isBack(Delegation delegation, LaneSession by) {
        var unused = new ArrayList<OpenState>();
        List<Delegation.Waiting> waiting;
        synchronized (this) {
            leaving.remove(delegation.id());
            delegation.node().delegation(null);
            for (var open : delegation.opens.values()) {
                open.keptFor = null;
                if (open.users == 0) {
                    unused.add(open.state());
                }
            }
            delegation.opens.clear();
            waiting = List.copyOf(delegation.waiting);
        }
        unused.forEach(state -> close(by, state));
        waiting.forEach(each -> each.lane().execute(each.work()));
    }

    private void close(LaneSession session, OpenState state) {
        states.remove(state);
        var call = session.call(state.credential());
        call.putfh(state.handle());
        call.changes().close(state);
        call.submit((done, results) -> {});
    }

    @Override
    public void recalled(LaneSession by, StateId id, FileHandle file) {
        recalled.increment();
        Delegation delegation;
        synchronized (this) {
            delegation = held.get(id);
            if (delegation == null && leaving.contains(id)) {
                return;
            }
            if (delegation == null) {
                remember(id);
            } else {
                leave(delegation);
            }
        }
        if (delegation == null) {
            by.giveBackDelegation(id, file, () -> {}); // it came faster than the delegation itself
        } else {
            giveBack(delegation, by);
        }
    }

    private void remember(StateId id) {
        if (early.size() >= EARLY_MAX) {
            early.remove(early.iterator().next());
        }
        early.add(id);
    }

    @Override
    public void keep(int most) {
        var evicted = new ArrayList<Delegation>();
        synchronized (this) {
            recalled.add(Math.max(0, held.size() - most));
            evict(most, evicted);
        }
        evicted.forEach(each -> giveBack(each, each.session()));
    }

    @Override
    public void doubted() {
        var now = System.nanoTime();
        if (heldCount == 0 && now - doubtedNanos < DOUBT_NANOS / 4) {
            return; // said with every answer of the server, perhaps
        }
        doubtedNanos = now;
        var evicted = new ArrayList<Delegation>();
        synchronized (this) {
            events++;
            evict(0, evicted);
        }
        evicted.forEach(each -> giveBack(each, each.session()));
    }

    long grantedCount() {
        return granted.sum();
    }

    long returnedCount() {
        return returned.sum();
    }

    long recalledCount() {
        return recalled.sum();
    }

    /** The share ends: the server forgets all that it has given its client. */
    synchronized void close() {
        closed = true;
        held.values().forEach(Delegation::leaves);
        held.clear();
    }
}
