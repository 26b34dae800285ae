package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private static Place place(String path, Access access) {
        return new Place(Path.of(path), access);
    }

    @Test
    void parentsComeFirst() {
        var inner = place("/a/b/c", Access.TREE);
        var outer = place("/a", Access.SOCKETS);
        assertThat(Place.distinct(List.of(inner, outer))).containsExactly(outer, inner);
    }

    @Test
    void nothingIsMountedInsideATree() {
        var tree = place("/srv", Access.TREE);
        var inside = List.of(
                tree,
                place("/srv/jdk", Access.READ),
                place("/srv/run", Access.SOCKETS),
                place("/srv/pub", Access.TREE_READ_ONLY),
                place("/srv/deep/er", Access.TREE));
        assertThat(Place.distinct(inside)).containsExactly(tree);
    }

    @Test
    void aTreeThatIsReadOnlyHidesNoPlaceThatIsWrittenTo() {
        var tree = place("/srv", Access.TREE_READ_ONLY);
        var sockets = place("/srv/run", Access.SOCKETS);
        assertThat(Place.distinct(List.of(sockets, tree, place("/srv/jdk", Access.READ))))
                .containsExactly(tree, sockets);
    }

    @Test
    void aTreeInsideAFolderOfSocketsIsAPlaceOfItsOwn() {
        var sockets = place("/run", Access.SOCKETS);
        var tree = place("/run/tree", Access.TREE_READ_ONLY);
        assertThat(Place.distinct(List.of(sockets, tree))).containsExactly(sockets, tree);
    }

    @Test
    void ofTwoAtOnePathTheStrongerIsKept() {
        assertThat(Place.distinct(List.of(place("/a", Access.READ), place("/a", Access.TREE))))
                .containsExactly(place("/a", Access.TREE));
    }
}
