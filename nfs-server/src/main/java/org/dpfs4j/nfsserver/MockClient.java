package org.dpfs4j.nfsserver;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A client of the mock server, as EXCHANGE_ID knows it. */
final class MockClient {
    /** A place in a session for one call at a time, with the reply to the last one. */
    static final class Slot {
        int sequence;
        /** The whole COMPOUND's result if it was to be kept; null if the slot is new or it was not. */
        byte[] reply;
    }

    /** A session and its slots. */
    static final class Session {
        final byte[] id;
        final MockClient client;
        final Slot[] slots;
        int requestMax;
        int responseMax;
        int operationsMax;
        int callbackProgram;
        Channel back;
        final Set<Channel> bound = new HashSet<>();
        int callbackSequence;

        Session(byte[] id, MockClient client, int slots) {
            this.id = id;
            this.client = client;
            this.slots = new Slot[slots];
            for (int i = 0; i < slots; i++) {
                this.slots[i] = new Slot();
            }
        }
    }

    final long id;
    final byte[] owner;
    final long verifier;
    final List<Session> sessions = new ArrayList<>();

    /** What the next CREATE_SESSION carries. */
    int sequence = 1;

    byte[] createdReply = {};
    boolean reclaimed;

    /** Whether SEQUENCE asks it to claim what it had. */
    boolean asked;

    MockClient(long id, byte[] owner, long verifier) {
        this.id = id;
        this.owner = owner;
        this.verifier = verifier;
    }
}
