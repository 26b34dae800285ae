package org.dpfs4j.guest;

/** No guest can run here; the message is one sentence for the person at the terminal. */
public final class GuestUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public GuestUnavailable(String reason) {
        super(reason);
    }

    public GuestUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
