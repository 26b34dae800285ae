package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Chains that cannot be walked. */
interface RingRules extends TransportRules {
    /** Faults that cannot be committed. */
    Map<RingFault, String> impossible();

    @Test
    default void aChainThatCannotBeWalkedComesBackEmpty() {
        for (var fault : RingFault.values()) {
            var ways = machine().ways(fault, 1);
            assertThat(ways.isEmpty())
                    .as("%s cannot be committed: %s", fault, impossible().get(fault))
                    .isEqualTo(impossible().containsKey(fault));
            for (int i = 0; i < ways.size(); i++) {
                var before = stand().invalidChains();
                var id = ways.get(i).getAsInt();
                var back = machine().await(1);
                assertThat(back.id()).as("%s, way %d", fault, i).isEqualTo(id);
                assertThat(back.bytes()).as("%s, way %d", fault, i).isEmpty();
                assertThat(stand().invalidChains())
                        .as("%s, way %d: counted", fault, i)
                        .isEqualTo(before + 1);
                stand().isServed();
            }
        }
        assertThat(neighbour().invalidChains()).isZero();
        assertThat(stand().witness.names()).isZero();
    }
}
