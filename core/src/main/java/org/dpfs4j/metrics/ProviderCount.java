package org.dpfs4j.metrics;

/** What a library that a transport is served through counts itself, in the order of {@code vfsp_stats}; docs/metrics.md lists each. */
public enum ProviderCount {
    /** Requests given out. */
    REQUESTS("Requests that the provider has given out"),
    /** Answers taken. */
    COMPLETIONS("Answers that the provider has taken"),
    /** Answers to requests of before a reset. */
    STALE("Answers that came after a reset and were shown to nobody"),
    /** Answers refused. */
    REFUSED("Answers that the provider has refused"),
    /** Bytes of requests. */
    BYTES_IN("Bytes of requests"),
    /** Bytes of answers. */
    BYTES_OUT("Bytes of answers"),
    /** Times it was asked for requests. */
    POLLS("Times that the provider was asked for requests"),
    /** Times it had none. */
    EMPTY_POLLS("Times that the provider was asked for requests and had none");

    private final String description;

    ProviderCount(String description) {
        this.description = description;
    }

    /** What is counted, for whoever reads the exported text. */
    public String description() {
        return description;
    }
}
