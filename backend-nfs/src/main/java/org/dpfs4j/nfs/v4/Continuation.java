package org.dpfs4j.nfs.v4;

/** What happens with the results of a {@link Call}; runs on its lane, once, or twice when the results make no sense. */
@FunctionalInterface
public interface Continuation {
    /**
     * Takes the results, read up to behind SEQUENCE. What it wants of the reply it reads before it answers a guest, lets go of
     * anything or changes what others see: where the reply makes no sense reading throws, the connection is dropped, and this
     * is called again, with {@link Status#NONSENSE}.
     */
    void done(Call call, Results results);
}
