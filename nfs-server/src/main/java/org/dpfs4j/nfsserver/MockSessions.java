package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.nfsserver.MockClient.Session;

/** The mock server's clients and sessions: each call once, by its slot (RFC 8881, section 2.10). */
final class MockSessions {
    private static final int SESSION = 16;
    private static final int OWNER_MAX = 1024;
    private static final int CONFIRMED = 1 << 31;
    private static final int NON_PNFS = 0x10000;
    private static final int BACK = 2;
    private static final int RECALLABLE_STATE_REVOKED = 0x40;
    private static final int RECLAIM_NEEDED = 0x100;

    private final MockRules rules;
    private final MockStates states;
    private final List<String> complaints;
    private final Map<Long, MockClient> clients = new HashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private long lastId = 100;
    private long lastSession = 1;

    MockSessions(MockRules rules, MockStates states, List<String> complaints) {
        this.rules = rules;
        this.states = states;
        this.complaints = complaints;
    }

    Collection<Session> all() {
        return sessions.values();
    }

    int clients() {
        return clients.size();
    }

    boolean allReclaimed() {
        return !clients.isEmpty() && clients.values().stream().allMatch(client -> client.reclaimed);
    }

    /** Sessions are gone, clients are known. */
    void forgetSessions() {
        sessions.clear();
        clients.values().forEach(client -> client.sessions.clear());
    }

    void forgetAll() {
        sessions.clear();
        clients.clear();
    }

    int exchangeId(MockCall call) {
        var in = call.in;
        long verifier = in.readLong();
        byte[] owner = Xdr.opaque(in, OWNER_MAX);
        int flags = in.readInt();
        if (in.readInt() != 0) {
            return Nfs.ERR_NOTSUPP;
        }
        for (int names = Xdr.length(in, 1); names > 0; names--) {
            Xdr.skipOpaque(in);
            Xdr.skipOpaque(in);
            in.skipBytes(12);
        }
        if ((flags & CONFIRMED) != 0) {
            complaints.add("EXCHANGE_ID asks with a flag of replies");
        }
        var client = clients.values().stream()
                .filter(known -> Arrays.equals(known.owner, owner))
                .findAny()
                .orElse(null);
        if (client == null || client.verifier != verifier) {
            if (client != null) {
                drop(client);
            }
            client = new MockClient(++lastId, owner, verifier);
            clients.put(client.id, client);
        }
        var out = call.out;
        out.writeLong(client.id).writeInt(client.sequence);
        out.writeInt(NON_PNFS | (client.createdReply.length > 0 ? CONFIRMED : 0))
                .writeInt(0);
        out.writeLong(1);
        Xdr.writeName(out, "mock");
        Xdr.writeName(out, "mock");
        out.writeInt(0);
        return Nfs.OK;
    }

    private void drop(MockClient client) {
        states.forget(client);
        client.sessions.forEach(session -> sessions.remove(key(session.id)));
        clients.remove(client.id);
    }

    int createSession(MockCall call) {
        var in = call.in;
        var client = clients.get(in.readLong());
        int sequence = in.readInt();
        int flags = in.readInt();
        if (client == null) {
            return Nfs.ERR_STALE_CLIENTID;
        }
        if (sequence == client.sequence - 1 && client.createdReply.length > 0) {
            call.out.writeBytes(client.createdReply);
            return Nfs.OK;
        }
        if (sequence != client.sequence) {
            complaints.add("CREATE_SESSION with sequence " + sequence + " instead of " + client.sequence);
            return Nfs.ERR_SEQ_MISORDERED;
        }
        client.sequence++;
        byte[] id = Unpooled.buffer(SESSION)
                .writeLong(client.id)
                .writeLong(++lastSession)
                .array();
        var reply = Unpooled.buffer();
        reply.writeBytes(id).writeInt(sequence).writeInt(rules.backchannel ? flags & BACK : 0);
        in.skipBytes(4);
        int requestMax = Math.min(in.readInt(), rules.requestMax);
        int responseMax = Math.min(in.readInt(), rules.responseMax);
        int cachedMax = Math.min(in.readInt(), rules.cachedMax);
        int operationsMax = Math.min(in.readInt(), rules.operationsMax);
        int slots = Math.min(in.readInt(), rules.slots);
        reply.writeInt(0).writeInt(requestMax).writeInt(responseMax).writeInt(cachedMax);
        reply.writeInt(operationsMax).writeInt(slots).writeInt(0);
        in.skipBytes(4 * Xdr.length(in, 1));
        reply.writeBytes(in, 24).writeInt(0);
        in.skipBytes(4 * Xdr.length(in, 1));
        var session = new Session(id, client, slots);
        session.requestMax = requestMax;
        session.responseMax = responseMax;
        session.operationsMax = operationsMax;
        session.callbackProgram = in.readInt();
        session.back = rules.backchannel && (flags & BACK) != 0 ? call.channel : null;
        session.bound.add(call.channel);
        skipSecurity(in);
        sessions.put(key(id), session);
        client.sessions.add(session);
        client.createdReply = ByteBufUtil.getBytes(reply);
        call.out.writeBytes(reply);
        return Nfs.OK;
    }

    private static void skipSecurity(ByteBuf in) {
        for (int flavors = Xdr.length(in, 16); flavors > 0; flavors--) {
            if (in.readInt() == Nfs.AUTH_SYS) {
                in.skipBytes(4);
                Xdr.skipOpaque(in);
                in.skipBytes(8);
                in.skipBytes(4 * Xdr.length(in, 16));
            }
        }
    }

    int bind(MockCall call) {
        var id = new byte[SESSION];
        call.in.readBytes(id);
        int direction = call.in.readInt();
        call.in.skipBytes(4);
        var session = sessions.get(key(id));
        if (session == null) {
            return Nfs.ERR_BADSESSION;
        }
        if (!session.bound.add(call.channel)) {
            complaints.add("a connection is bound to its session twice");
        }
        boolean back = rules.backchannel && (direction & BACK) != 0;
        if (back) {
            session.back = call.channel;
        }
        call.out.writeBytes(id).writeInt(back ? 3 : 1).writeInt(0);
        return Nfs.OK;
    }

    int destroySession(MockCall call) {
        var id = new byte[SESSION];
        call.in.readBytes(id);
        var session = sessions.remove(key(id));
        if (session == null) {
            return Nfs.ERR_BADSESSION;
        }
        session.client.sessions.remove(session);
        return Nfs.OK;
    }

    int destroyClient(MockCall call) {
        var client = clients.get(call.in.readLong());
        if (client == null) {
            return Nfs.ERR_STALE_CLIENTID;
        }
        if (!client.sessions.isEmpty()) {
            return Nfs.ERR_CLIENTID_BUSY;
        }
        drop(client);
        return Nfs.OK;
    }

    int reclaimComplete(MockCall call) {
        call.in.skipBytes(4);
        if (call.session.client.reclaimed) {
            return Nfs.ERR_COMPLETE_ALREADY;
        }
        call.session.client.reclaimed = true;
        call.session.client.asked = false;
        return Nfs.OK;
    }

    int sequence(MockCall call) {
        var in = call.in;
        var id = new byte[SESSION];
        in.readBytes(id);
        int sequence = in.readInt();
        int number = in.readInt();
        int highest = in.readInt();
        call.cache = in.readInt() != 0;
        var session = sessions.get(key(id));
        if (session == null) {
            return Nfs.ERR_BADSESSION;
        }
        if (!session.bound.contains(call.channel)) {
            if (!rules.bindsBySequence) {
                return Nfs.ERR_CONN_NOT_BOUND_TO_SESSION;
            }
            session.bound.add(call.channel);
        }
        if (number < 0 || number >= session.slots.length) {
            complaints.add("slot " + number + " of " + session.slots.length);
            return Nfs.ERR_BADSLOT;
        }
        if (highest < number || highest >= session.slots.length) {
            complaints.add("highest slot " + highest + " with slot " + number + " of " + session.slots.length);
        }
        var slot = session.slots[number];
        if (sequence == slot.sequence && sequence != 0) {
            if (slot.reply != null) {
                call.replay = slot.reply;
            }
            call.session = session;
            answer(call, sequence, number);
            return Nfs.OK;
        }
        if (sequence != slot.sequence + 1) {
            complaints.add("slot " + number + " is at " + slot.sequence + ", called with " + sequence);
            return Nfs.ERR_SEQ_MISORDERED;
        }
        int tooBig = limits(call, session);
        if (tooBig != Nfs.OK) {
            return tooBig;
        }
        slot.sequence = sequence;
        slot.reply = null;
        call.slot = slot;
        call.session = session;
        answer(call, sequence, number);
        return Nfs.OK;
    }

    private int limits(MockCall call, Session session) {
        if (call.count > session.operationsMax) {
            complaints.add(call.count + " operations of " + session.operationsMax);
            return Nfs.ERR_TOO_MANY_OPS;
        }
        if (call.size > session.requestMax) {
            complaints.add("a call of " + call.size + " bytes of " + session.requestMax);
            return Nfs.ERR_REQ_TOO_BIG;
        }
        return Nfs.OK;
    }

    /** As after a restart that sessions have outlived: what was open is to be claimed again, and SEQUENCE says so. */
    void askForClaims() {
        clients.values().forEach(client -> {
            client.reclaimed = false;
            client.asked = true;
        });
    }

    private void answer(MockCall call, int sequence, int number) {
        int last = call.session.slots.length - 1;
        int target = rules.targetSlot < 0 ? last : Math.min(rules.targetSlot, last);
        int revoked = states.hasRevoked(call.session.client) ? RECALLABLE_STATE_REVOKED : 0;
        call.out.writeBytes(call.session.id).writeInt(sequence).writeInt(number);
        int reclaims = call.session.client.asked ? RECLAIM_NEEDED : 0;
        call.out.writeInt(last).writeInt(target).writeInt(rules.statusFlags | revoked | reclaims);
    }

    List<Session> withBackchannel() {
        var found = new ArrayList<>(sessions.values());
        found.removeIf(session -> session.back == null || !session.back.isActive());
        return found;
    }

    private static String key(byte[] id) {
        return ByteBufUtil.hexDump(id);
    }
}
