package org.dpfs4j.load;

/** What one slot asks, operation after operation, each a request or several, one after the other. Used by its lane's thread alone. */
interface Script {
    /** Begins the next operation: its first request, ready to be sent; null when there is nothing left to do. */
    Image begin() throws CaseFailure;

    /**
     * Looks at an answer that has been checked.
     *
     * @return the operation's next request, or null when that was its last
     */
    Image next(Image answered) throws CaseFailure;

    /** Asks once what is going to be asked many times, and compares contents, before anything is measured. */
    default void prove(Lane lane) throws CaseFailure {}
}
