package org.dpfs4j.nfs.v4;

import java.util.List;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;

/**
 * One COMPOUND from its making to its answer, and what its answer needs to know. Belongs to a lane, which uses it again: it
 * goes back by itself when its continuation has returned.
 */
public final class Call extends Compound {
    /** What a call may take of the slots. */
    enum Kind {
        /** Small requests, which somebody waits for. */
        METADATA,
        /** Data: leaves some slots to the others. */
        BULK,
        /** What keeps or recovers the session; goes before all others, and while they have to wait. */
        CONTROL
    }

    /** The most urgent first. */
    static final List<Kind> KINDS = List.of(Kind.CONTROL, Kind.METADATA, Kind.BULK);

    private static final int INSISTENCES_MAX = 3;

    private final LaneSession session;
    private Kind kind;
    private boolean cached;
    private Continuation then;
    private Reply reply;
    private Object subject;
    private long number;
    private int onceAt;

    private int slot = -1;
    private Trunk trunk;
    private int sentInEpoch;
    private int attempts;
    private int recoveries;
    private long submittedNanos;
    private int restarts;
    private Credential credential;
    private boolean sentBefore;
    private boolean inDoubt;
    private int insistences;

    Call(LaneSession session) {
        this.session = session;
    }

    void reset() {
        kind = Kind.METADATA;
        cached = false;
        then = null;
        reply = null;
        subject = null;
        number = 0;
        onceAt = Integer.MAX_VALUE;
        slot = -1;
        trunk = null;
        attempts = 0;
        recoveries = 0;
        sentBefore = false;
        inDoubt = false;
        insistences = 0;
    }

    /** What the answer is for, to find it again without an object; what is not needed is null or 0. */
    public Call about(Reply answer, Object what, long which) {
        reply = answer;
        subject = what;
        number = which;
        return this;
    }

    /** Where it is sent. */
    LaneSession session() {
        return session;
    }

    /** The guest's request that this is done for, if any. */
    public Reply reply() {
        return reply;
    }

    public Object subject() {
        return subject;
    }

    public long number() {
        return number;
    }

    /** The next operation changes something: once it has been done, the COMPOUND is not simply sent again. */
    public Call changes() {
        cached = true;
        if (onceAt == Integer.MAX_VALUE) {
            onceAt = operations();
        }
        return this;
    }

    /** May be done again: when the answer is nonsense it is asked a few times more before that is the answer. */
    public Call insist() {
        insistences = INSISTENCES_MAX;
        return this;
    }

    /** Whether it is to be asked once more; counts one. */
    boolean insists() {
        return insistences-- > 0;
    }

    /** Whether an operation that must not be repeated is among the first {@code done}, SEQUENCE counted. */
    boolean hasChangedSomething(int done) {
        return done > onceAt;
    }

    /** Sends it, among small requests. */
    public void submit(Continuation answer) {
        kind = Kind.METADATA;
        then = answer;
        session.submit(this);
    }

    /** Sends it, among data. */
    public void submitBulk(Continuation answer) {
        kind = Kind.BULK;
        then = answer;
        session.submit(this);
    }

    /** Sends it before all others. */
    void submitControl(Continuation answer) {
        kind = Kind.CONTROL;
        then = answer;
        session.submit(this);
    }

    void then(Continuation answer) {
        kind = Kind.CONTROL;
        then = answer;
    }

    Kind kind() {
        return kind;
    }

    boolean isCached() {
        return cached;
    }

    int slot() {
        return slot;
    }

    void slot(int taken) {
        slot = taken;
    }

    /** See {@link Client#mustClaim}. */
    int sentInEpoch() {
        return sentInEpoch;
    }

    /** The connection that it is under way on; null: none. */
    Trunk trunk() {
        return trunk;
    }

    void trunk(Trunk carrier) {
        trunk = carrier;
    }

    /** How often it was sent again so far; counts one. */
    int nextAttempt() {
        return attempts++;
    }

    /** How often it has met a state that was gone so far; counts one. */
    int nextRecovery() {
        return recoveries++;
    }

    long submittedNanos() {
        return submittedNanos;
    }

    void submitted(long now, int afterRestarts) {
        submittedNanos = now;
        restarts = afterRestarts;
    }

    /**
     * Whether the server was restarted since this was submitted: what it says of a file may be without what was written before,
     * which another lane may have given it again in the meantime.
     */
    public boolean hasOutlivedRestart() {
        return session.client().restarts() != restarts;
    }

    /** In whose name it is asked. */
    public Credential credential() {
        return credential;
    }

    void credential(Credential who) {
        credential = who;
    }

    /** It is sent: from now on the server may have done it. */
    void sent(int epoch) {
        sentBefore = true;
        sentInEpoch = epoch;
    }

    /** The session is gone in which it was sent: nobody can tell any more whether it was done. */
    void sessionLost() {
        inDoubt |= sentBefore && cached;
        sentBefore = false;
        slot = -1;
        trunk = null;
    }

    /** Whether the server may have done it, whatever became of the reply. */
    public boolean mayHaveBeenDone() {
        return sentBefore || inDoubt;
    }

    /** Whether the server may have done it once before, in a session that is gone. */
    public boolean isInDoubt() {
        return inDoubt;
    }

    @Override
    protected int landingBytes(XdrReader in) {
        return session.dataBytes(this, in);
    }

    @Override
    protected void replied(XdrReader in) {
        session.replied(this, in);
    }

    /** Hands the results over; what goes wrong there ends in the guest's request. Throws {@link Malformed} for nonsense. */
    void finish(Results results) {
        var answered = reply;
        try {
            then.done(this, results);
        } catch (Malformed nonsense) {
            throw nonsense;
        } catch (RuntimeException | Error cause) {
            if (answered == null) {
                throw cause;
            }
            answered.broken(cause);
        }
    }
}
