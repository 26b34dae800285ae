package org.dpfs4j.load;

/** Why a case could not be measured, in a sentence: the server answered wrongly, not at all, or is gone. */
public final class CaseFailure extends Exception {
    private static final long serialVersionUID = 1L;

    CaseFailure(String message) {
        super(message);
    }

    CaseFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
