package org.dpfs4j.nfs.v4;

/** What happens with the results of a {@link Call}; runs on its lane, once. */
@FunctionalInterface
public interface Continuation {
    /**
     * Takes the results, read up to behind SEQUENCE. What it wants of the reply it reads before it answers a guest: a reply
     * that makes no sense throws, and the guest is then told EIO.
     */
    void done(Call call, Results results);
}
