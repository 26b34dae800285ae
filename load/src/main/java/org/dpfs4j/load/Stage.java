package org.dpfs4j.load;

import java.util.Random;
import org.dpfs4j.client.Seen;

/**
 * What the scripts of one lane work with in one case.
 *
 * @param lane where requests go
 * @param pool where requests lie
 * @param tree the directory and its files
 * @param forgets where nodes are forgotten while operations run
 * @param counts lookups to be given back after the case
 * @param work the lane's own empty directory
 * @param reading the lane's open file of known content; null unless the workload reads or writes
 * @param writing the lane's open file of unknown content; null unless the workload reads or writes
 * @param random of this lane and case, the same in every round
 */
record Stage(
        Lane lane,
        Pool pool,
        Tree tree,
        Forgets forgets,
        LookupCounts counts,
        long work,
        Seen.Opened reading,
        Seen.Opened writing,
        Random random) {
    private static final int PID = (int) ProcessHandle.current().pid();

    /** Writes a request of this process's user into guest memory. */
    Image image(Image.Plan plan) {
        var client = tree.client();
        plan.request().header("uid", client.uid()).header("gid", client.gid()).header("pid", PID);
        return new Image(pool, lane.ring(), plan);
    }

    /** Scattered pages for {@code bytes}. */
    Pages pages(int bytes) {
        return pool.pages((bytes + Pool.PAGE - 1) / Pool.PAGE, random);
    }
}
