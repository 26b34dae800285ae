package org.dpfs4j.nfsserver;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the mock server grants, refuses and breaks. Read and changed on its loop only. */
final class MockRules {
    /** Executions of one operation that fail. */
    private static final class Forced {
        final int operation;
        final int status;
        int remaining;

        Forced(int operation, int status, int remaining) {
            this.operation = operation;
            this.status = status;
            this.remaining = remaining;
        }
    }

    /** Replies of one operation that are broken. */
    private static final class Broken {
        final Malformation kind;
        final int operation;
        int remaining;

        Broken(Malformation kind, int operation, int remaining) {
            this.kind = kind;
            this.operation = operation;
            this.remaining = remaining;
        }
    }

    int minor = 2;
    int leaseSeconds = 10;
    int readMax = 1 << 20;
    int writeMax = 1 << 20;
    int requestMax = 9 << 20;
    int responseMax = 9 << 20;
    int cachedMax = 64 << 10;
    int operationsMax = 64;
    int slots = 64;
    int connections = Integer.MAX_VALUE;

    /** Whether SEQUENCE makes a connection one of its session's. */
    boolean bindsBySequence = true;

    /** Servers that file systems are said to be on now. */
    List<String> locations = List.of();

    boolean backchannel = true;
    boolean delegations;

    /** Whether delegations come even where the client wants none. */
    boolean delegationsUnasked;

    /** Type of the access list entry that comes with a delegation: 0 allows, 1 denies. */
    int delegationEntry;

    /** Whether a client's own requests recall what it has, too. */
    boolean recallsFromSelf = true;

    boolean stableWrites;
    boolean xattrs = true;

    /** Highest slot that clients should use, or -1 for all that were granted. */
    int targetSlot = -1;

    int statusFlags;
    int shortReads = Integer.MAX_VALUE;
    int shortWrites = Integer.MAX_VALUE;
    long replyDelayMillis;
    boolean silent;

    /** Makes something else of replies, or null. */
    UnaryOperator<byte[]> mangler;

    /** RPC's reason for refusing calls ({@code auth_stat}), and how many are still refused. */
    int denied;

    int denials;

    /** How many questions for TLS still get this answer instead of a good one: a record mark, and what follows the XID. */
    int tlsAnswers;

    int tlsAnswerMark;
    byte[] tlsAnswer;

    private final List<Forced> forced = new ArrayList<>();
    private final List<Broken> malformations = new ArrayList<>();
    private final Map<Integer, Integer> executed = new HashMap<>();
    private final Map<Channel, Map<Integer, Integer>> executedOn = new HashMap<>();

    void force(int operation, int status, int times) {
        forced.add(new Forced(operation, status, times));
    }

    /** The status that this execution of an operation has without being executed, or 0. */
    int forced(int operation) {
        for (var rule : forced) {
            if (rule.operation == operation && rule.remaining > 0) {
                rule.remaining--;
                return rule.status;
            }
        }
        return Nfs.OK;
    }

    void count(int operation, Channel connection) {
        executed.merge(operation, 1, Integer::sum);
        executedOn.computeIfAbsent(connection, _ -> new HashMap<>()).merge(operation, 1, Integer::sum);
    }

    int executed(int operation, Channel connection) {
        return executedOn.getOrDefault(connection, Map.of()).getOrDefault(operation, 0);
    }

    int executed(int operation) {
        return executed.getOrDefault(operation, 0);
    }

    void malform(Malformation kind, int operation, int times) {
        malformations.add(new Broken(kind, operation, times));
    }

    /** The way in which this reply to a call with {@code operation} is to be broken, or null. */
    Malformation malformation(int operation) {
        for (var rule : malformations) {
            if (rule.operation == operation && rule.remaining > 0) {
                rule.remaining--;
                return rule.kind;
            }
        }
        return null;
    }
}
