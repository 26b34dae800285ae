package org.dpfs4j.tck;

import java.util.Map;

/** A set of rules that may declare some of them as not kept; see {@link GapExtension}. */
public interface Gaps {
    /** Rules that are not kept, by method name, each with the reason. */
    Map<String, String> declaredGaps();

    /** A declared gap has shown itself: what it leaves behind is no further failure. */
    default void forgive() {}
}
