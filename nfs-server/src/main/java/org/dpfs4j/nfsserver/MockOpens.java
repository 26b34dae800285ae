package org.dpfs4j.nfsserver;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.nfsserver.MockStates.Range;
import org.dpfs4j.nfsserver.MockStates.State;
import org.dpfs4j.nfsserver.MockStates.Stateid;

/** What the mock server does for owners: opens, locks, delegations, and getting them back after a restart. */
final class MockOpens {
    private static final int OWNER_MAX = 1024;
    private static final int PATH_MAX = 4096;
    private static final int UNCHECKED = 0;
    private static final int GUARDED = 1;
    private static final int EXCLUSIVE = 2;
    private static final int EXCLUSIVE_WITH_ATTRIBUTES = 3;
    private static final int TIME_ACCESS = 47;
    private static final int TIME_MODIFY = 53;
    private static final int CLAIM_NAME = 0;
    private static final int CLAIM_PREVIOUS = 1;
    private static final int CLAIM_HANDLE = 4;
    private static final int POSIX_LOCKS = 4;
    private static final int MAY_NOTIFY = 0x20;
    private static final int WANT_NO_DELEGATION = 0x400;
    private static final int WANT_MASK = 0xff00;

    private final MockTree tree;
    private final MockRules rules;
    private final MockStates states;
    private final MockFiles files;
    private final List<String> complaints;
    private final MockRecalls recalls;
    boolean grace;

    MockOpens(
            MockTree tree,
            MockRules rules,
            MockStates states,
            MockFiles files,
            MockRecalls recalls,
            List<String> complaints) {
        this.recalls = recalls;
        this.tree = tree;
        this.rules = rules;
        this.states = states;
        this.files = files;
        this.complaints = complaints;
    }

    int open(MockCall call) {
        var in = call.in;
        in.skipBytes(4);
        int share = in.readInt();
        in.skipBytes(4 + 8);
        byte[] owner = Xdr.opaque(in, OWNER_MAX);
        boolean create = in.readInt() != 0;
        int mode = create ? in.readInt() : UNCHECKED;
        long verifier = mode >= EXCLUSIVE ? in.readLong() : 0;
        int attributes = in.readerIndex();
        if (create && mode != EXCLUSIVE) {
            Xdr.bitmap(in);
            Xdr.skipOpaque(in);
        }
        int claim = in.readInt();
        if (claim != CLAIM_PREVIOUS && !call.session.client.reclaimed) {
            complaints.add("OPEN for the first time before RECLAIM_COMPLETE");
            return Nfs.ERR_GRACE;
        }
        long before = call.current.change;
        var directory = call.current;
        var set = new BitSet();
        switch (claim) {
            case CLAIM_NAME -> {
                String name = Xdr.name(in, PATH_MAX);
                int end = in.readerIndex();
                in.readerIndex(attributes);
                int status = find(call, name, create, mode, verifier, set);
                in.readerIndex(end);
                if (status != Nfs.OK) {
                    return status;
                }
            }
            case CLAIM_PREVIOUS -> {
                in.skipBytes(4);
                if (!grace || call.session.client.reclaimed) {
                    return Nfs.ERR_NO_GRACE;
                }
            }
            case CLAIM_HANDLE -> {
                if (grace) {
                    return Nfs.ERR_GRACE;
                }
            }
            default -> {
                return Nfs.ERR_NOTSUPP;
            }
        }
        if (call.current.type != Nfs.REGULAR) {
            return call.current.type == Nfs.DIRECTORY
                    ? Nfs.ERR_ISDIR
                    : call.current.type == Nfs.SYMLINK ? Nfs.ERR_SYMLINK : Nfs.ERR_WRONG_TYPE;
        }
        int status = (share & 2) != 0 ? recalls.before(call, call.current) : Nfs.OK;
        if (status != Nfs.OK) {
            return status;
        }
        grant(call, owner, share);
        call.writeChange(before, directory);
        call.out.writeInt(POSIX_LOCKS | MAY_NOTIFY);
        Xdr.writeBitmap(call.out, set);
        delegate(call, share);
        return Nfs.OK;
    }

    private int find(MockCall call, String name, boolean create, int mode, long verifier, BitSet set) {
        if (grace) {
            return Nfs.ERR_GRACE;
        }
        int status = MockFiles.nameStatus(call.current, name);
        if (status != Nfs.OK) {
            return status;
        }
        var entry = call.current.entries.get(name);
        if (entry == null) {
            if (!create) {
                return Nfs.ERR_NOENT;
            }
            var node = files.made(call, Nfs.REGULAR, name);
            if (mode >= EXCLUSIVE) {
                node.accessed = firstHalf(verifier);
                node.modified = secondHalf(verifier);
                set.set(TIME_ACCESS);
                set.set(TIME_MODIFY);
            }
            if (mode != EXCLUSIVE) {
                set.or(files.attributes().set(call.in, node));
            }
            return Nfs.OK;
        }
        call.current = entry.node();
        if (mode == GUARDED && create) {
            return Nfs.ERR_EXIST;
        }
        if (mode == EXCLUSIVE || mode == EXCLUSIVE_WITH_ATTRIBUTES) {
            var made = call.current.accessed == firstHalf(verifier) && call.current.modified == secondHalf(verifier);
            return made ? Nfs.OK : Nfs.ERR_EXIST;
        }
        if (create && call.current.type == Nfs.REGULAR) {
            return truncate(call, set);
        }
        return Nfs.OK;
    }

    /** As real servers do, it keeps the verifier of an exclusive creation in place of a file's times. */
    private static long firstHalf(long verifier) {
        return TimeUnit.SECONDS.toNanos(verifier >>> Integer.SIZE);
    }

    private static long secondHalf(long verifier) {
        return TimeUnit.SECONDS.toNanos(verifier & 0xffff_ffffL);
    }

    /** Of the attributes for a file that is there already, only a size of 0 counts. */
    private int truncate(MockCall call, BitSet set) {
        if (!Xdr.bitmap(call.in).get(4)) {
            return Nfs.OK;
        }
        int status = recalls.before(call, call.current);
        if (status == Nfs.OK) {
            call.current.resize(0);
            set.set(4);
        }
        return status;
    }

    private void grant(MockCall call, byte[] owner, int share) {
        var state = states.find(call.session.client, owner, call.current, false);
        if (state == null) {
            state = states.add(call.session.client, owner, call.current, call.uid, null);
        } else {
            state.sequence++;
        }
        state.access |= share & 3;
        call.writeStateid(states.id(state));
    }

    private void delegate(MockCall call, int share) {
        boolean wanted = rules.delegationsUnasked || (share & WANT_MASK) != WANT_NO_DELEGATION;
        if (!rules.delegations || !wanted || (share & 2) != 0 || states.isOpenForWriting(call.current)) {
            call.out.writeInt((share & WANT_MASK) == 0 ? 0 : 3);
            if ((share & WANT_MASK) != 0) {
                call.out.writeInt(0);
            }
            return;
        }
        var state = states.add(call.session.client, new byte[0], call.current, call.uid, null);
        state.delegation = true;
        state.access = 1;
        call.out.writeInt(1);
        states.id(state).write(call.out);
        call.out.writeInt(0).writeInt(rules.delegationEntry).writeInt(0).writeInt(0);
        Xdr.writeName(call.out, "OWNER@");
    }

    int downgrade(MockCall call) {
        var stateid = call.readStateid();
        call.in.skipBytes(4);
        int access = call.in.readInt();
        int status = states.check(stateid);
        if (status != Nfs.OK) {
            return status;
        }
        var state = states.get(stateid);
        state.access = access & 3;
        state.sequence++;
        call.writeStateid(states.id(state));
        return Nfs.OK;
    }

    int close(MockCall call) {
        call.in.skipBytes(4);
        var stateid = call.readStateid();
        int status = states.check(stateid);
        if (status != Nfs.OK) {
            return status;
        }
        var state = states.get(stateid);
        if (states.holdsLocks(state)) {
            return Nfs.ERR_LOCKS_HELD;
        }
        return remove(call, state);
    }

    int giveBack(MockCall call) {
        var stateid = call.readStateid();
        int status = states.check(stateid);
        if (status == Nfs.OK) {
            states.remove(states.get(stateid));
        }
        return status;
    }

    private int remove(MockCall call, State state) {
        states.remove(state);
        tree.dropUnused(state.node);
        call.writeStateid(new Stateid(-1, 0, 0));
        return Nfs.OK;
    }

    int lock(MockCall call) {
        var in = call.in;
        boolean write = (in.readInt() & 1) == 0;
        boolean reclaim = in.readInt() != 0;
        long start = in.readLong();
        long length = in.readLong();
        boolean fresh = in.readInt() != 0;
        if (length == 0) {
            return Nfs.ERR_INVAL;
        }
        if (reclaim ? !grace : grace) {
            return reclaim ? Nfs.ERR_NO_GRACE : Nfs.ERR_GRACE;
        }
        if (fresh) {
            in.skipBytes(4);
        }
        var stateid = call.readStateid();
        int status = states.check(stateid);
        if (status != Nfs.OK) {
            return status;
        }
        in.skipBytes(fresh ? 4 + 8 : 4);
        var given = states.get(stateid);
        byte[] owner = fresh ? Xdr.opaque(in, OWNER_MAX) : given.owner;
        if (fresh == (given.open != null)) {
            return Nfs.ERR_BAD_STATEID;
        }
        var open = fresh ? given : given.open;
        if ((open.access & (write ? 2 : 1)) == 0) {
            return Nfs.ERR_OPENMODE;
        }
        long last = length == -1 ? -1 : start + length - 1;
        var conflict = states.conflict(call.current, call.session.client, owner, new Range(given, start, last, write));
        if (conflict != null) {
            return denied(call, conflict);
        }
        var state = states.find(call.session.client, owner, call.current, true);
        if (state == null) {
            state = states.add(call.session.client, owner, call.current, call.uid, open);
        } else {
            state.sequence++;
        }
        states.lock(new Range(state, start, last, write));
        call.writeStateid(states.id(state));
        return Nfs.OK;
    }

    int test(MockCall call) {
        boolean write = (call.in.readInt() & 1) == 0;
        long start = call.in.readLong();
        long length = call.in.readLong();
        call.in.skipBytes(8);
        byte[] owner = Xdr.opaque(call.in, OWNER_MAX);
        if (length == 0) {
            return Nfs.ERR_INVAL;
        }
        var wanted = new Range(null, start, length == -1 ? -1 : start + length - 1, write);
        var conflict = states.conflict(call.current, call.session.client, owner, wanted);
        return conflict == null ? Nfs.OK : denied(call, conflict);
    }

    private static int denied(MockCall call, Range range) {
        long length = range.last() == -1 ? -1 : range.last() - range.start() + 1;
        call.out.writeLong(range.start()).writeLong(length).writeInt(range.write() ? 2 : 1);
        call.out.writeLong(range.state().client.id);
        Xdr.writeOpaque(call.out, range.state().owner);
        return Nfs.ERR_DENIED;
    }

    int unlock(MockCall call) {
        call.in.skipBytes(8);
        var stateid = call.readStateid();
        long start = call.in.readLong();
        long length = call.in.readLong();
        int status = states.check(stateid);
        if (status != Nfs.OK) {
            return status;
        }
        var state = states.get(stateid);
        if (state.open == null) {
            return Nfs.ERR_BAD_STATEID;
        }
        states.unlock(state, start, length == -1 ? -1 : start + length - 1);
        state.sequence++;
        call.writeStateid(states.id(state));
        return Nfs.OK;
    }

    int testStateids(MockCall call) {
        int count = Xdr.length(call.in, call.in.readableBytes() / Stateid.SIZE);
        call.out.writeInt(count);
        for (int i = 0; i < count; i++) {
            call.out.writeInt(states.check(Stateid.read(call.in)));
        }
        return Nfs.OK;
    }

    int free(MockCall call) {
        var stateid = call.readStateid();
        var state = states.get(stateid);
        if (state == null) {
            return Nfs.ERR_BAD_STATEID;
        }
        if (!state.revoked && (state.open == null || states.holdsLocks(state))) {
            return Nfs.ERR_LOCKS_HELD;
        }
        states.remove(state);
        return Nfs.OK;
    }
}
