package org.dpfs4j.tck;

import java.util.Map;

/** What every transport does whose driver speaks through rings in memory that it may change at any time. */
public abstract class RingTck extends TransportTck implements RingRules, TamperRules {
    /** For extension by a transport's test. */
    protected RingTck() {}

    /** Faults that no driver of this transport can commit, each with the reason. */
    @Override
    public Map<RingFault, String> impossible() {
        return Map.of();
    }
}
