package org.dpfs4j.metrics;

/** Hears what a library that a transport is served through has counted. */
@FunctionalInterface
public interface ProviderCounts {
    /**
     * A part of the library has counted this.
     *
     * @param provider the library, for people
     * @param group which part: devices that share it tell the same
     * @param counts by {@link ProviderCount#ordinal}; a library may tell the first of them only
     */
    void counted(String provider, int group, long[] counts);
}
