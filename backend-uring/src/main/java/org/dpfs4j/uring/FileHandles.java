package org.dpfs4j.uring;

/** Whether files are known by the handles that the kernel gives them (name_to_handle_at(2)), or by a descriptor each. */
public enum FileHandles {
    /** By a descriptor each. */
    NEVER,
    /** By handles where they can be had without waiting for another machine, else by a descriptor each. */
    PREFER,
    /** By handles; what has none is not served. */
    MANDATORY
}
