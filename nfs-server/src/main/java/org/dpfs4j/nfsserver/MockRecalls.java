package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.BiConsumer;
import org.dpfs4j.nfsserver.MockStates.State;

/** Recalls delegations that stand in the way of somebody, who is asked to come again until they are back. */
final class MockRecalls {
    private final MockTree tree;
    private final MockRules rules;
    private final MockStates states;
    private final BiConsumer<MockClient, byte[]> recall;

    MockRecalls(MockTree tree, MockRules rules, MockStates states, BiConsumer<MockClient, byte[]> recall) {
        this.tree = tree;
        this.rules = rules;
        this.states = states;
        this.recall = recall;
    }

    /** Status of changing a file: DELAY as long as a delegation of it is out, or OK. */
    int before(MockCall call, MockNode node) {
        var out = states.delegations(node).stream()
                .filter(state -> !state.revoked && (rules.recallsFromSelf || state.client != call.session.client))
                .toList();
        for (var state : out) {
            if (!state.recalled) {
                state.recalled = true;
                recall.accept(state.client, arguments(state));
            }
        }
        return out.isEmpty() ? Nfs.OK : Nfs.ERR_DELAY;
    }

    /** The arguments of CB_RECALL. */
    byte[] arguments(State state) {
        var arguments = Unpooled.buffer();
        states.id(state).write(arguments);
        Xdr.writeOpaque(arguments.writeInt(0), tree.handle(state.node));
        return ByteBufUtil.getBytes(arguments);
    }
}
