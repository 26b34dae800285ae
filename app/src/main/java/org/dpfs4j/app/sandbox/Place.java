package org.dpfs4j.app.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A part of the host's file tree that a serving process keeps, at the same path.
 *
 * @param path absolute
 */
record Place(Path path, Access access) {
    // Not by Comparator's own lambdas: those can be written to streams, and no AOT cache holds such.
    private static final Comparator<Path> PARENTS_FIRST = (one, other) -> {
        var order = Integer.compare(one.getNameCount(), other.getNameCount());
        return order != 0 ? order : one.compareTo(other);
    };

    /** Those that say something that no other says, parents first. */
    static List<Place> distinct(Collection<Place> places) {
        var strongest = new TreeMap<Path, Access>(PARENTS_FIRST);
        for (var place : places) {
            strongest.merge(place.path, place.access, (one, other) -> one.compareTo(other) < 0 ? other : one);
        }
        var kept = new ArrayList<Place>();
        strongest.forEach((path, access) -> {
            var place = new Place(path, access);
            if (kept.stream().noneMatch(place::isGivenBy)) {
                kept.add(place);
            }
        });
        return kept;
    }

    /**
     * What is inside a tree is there already; a mount over it would be a border inside the tree, which the guest of the
     * outer tree runs into.
     */
    private boolean isGivenBy(Place outer) {
        return path.startsWith(outer.path)
                && (outer.access == Access.TREE || (!outer.access.writable() && !access.writable()));
    }
}
