package org.dpfs4j.load;

/** Pages of guest memory that hold data one after the other, wherever they lie. */
final class Pages {
    /** No page. */
    static final Pages NONE = new Pages();

    private final long[] addresses;

    /** At these guest addresses. */
    Pages(long... addresses) {
        this.addresses = addresses;
    }

    /** How many. */
    int count() {
        return addresses.length;
    }

    /** Guest address of a page. */
    long guest(int index) {
        return addresses[index];
    }
}
