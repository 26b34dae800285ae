package org.dpfs4j.fs;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.dpfs4j.wire.Protocol;

/**
 * The nodes that a guest knows, by id and by what they are (a key of the backend's, such as device and inode number).
 * Ids are index and generation: a forged or forgotten one finds nothing. Several lanes use it at once.
 *
 * @param <K> what makes two lookups the same node; has {@code equals}
 * @param <N> the backend's node
 */
public final class NodeTable<K, N extends Node> {
    private record Known<K, N>(K key, N node) {}

    private final N root;
    private final HandleTable<Known<K, N>> byId;
    private final ConcurrentHashMap<K, N> byKey = new ConcurrentHashMap<>();
    private final Consumer<? super N> drop;

    /**
     * A table with a root that is never forgotten.
     *
     * @param nodesMax how many nodes beside the root
     * @param drop releases a node that is dead; called once for each, the root at {@link #close}
     */
    public NodeTable(N root, int nodesMax, Consumer<? super N> drop) {
        this.root = root;
        this.drop = drop;
        byId = new HandleTable<>(nodesMax);
        root.id(Protocol.ROOT_ID);
    }

    /** The node with this id, or null. It may die at any moment; what it holds open has a use count of its own. */
    public N get(long id) {
        if (id == Protocol.ROOT_ID) {
            return root;
        }
        var known = byId.get(id - 1);
        return known == null ? null : known.node;
    }

    /**
     * Counts a lookup of what was found under {@code key}: of the node that is known, or of {@code fresh}, which is entered.
     *
     * @param fresh a new node, of which no lookup has been answered yet; it is dropped when it is not needed
     * @return the node to answer with; null when the table is full or closed, and {@code fresh} was dropped
     */
    public N lookup(K key, N fresh) {
        while (true) {
            var known = find(key);
            if (known != null) {
                drop.accept(fresh);
                return known;
            }
            var id = byId.add(new Known<>(key, fresh));
            if (id == 0) {
                drop.accept(fresh);
                return null;
            }
            fresh.id(id + 1);
            if (byKey.putIfAbsent(key, fresh) == null) {
                return fresh;
            }
            byId.remove(id);
        }
    }

    /** Counts a lookup of the node known under {@code key}; null when there is none. */
    public N find(K key) {
        var known = byKey.get(key);
        if (known == null) {
            return null;
        }
        if (known.found()) {
            return known;
        }
        byKey.remove(key, known);
        return null;
    }

    /** Takes lookups of a node back; ids that are not known are ignored, the root stays. */
    public void forget(long id, long lookups) {
        if (id == Protocol.ROOT_ID) {
            return;
        }
        var known = byId.get(id - 1);
        if (known != null && known.node.forgotten(lookups)) {
            byKey.remove(known.key, known.node);
            byId.remove(id - 1);
            drop.accept(known.node);
        }
    }

    /** How many nodes there are beside the root. */
    public int size() {
        return byId.size();
    }

    /** Forgets everything, the root last; nothing can be entered afterwards. */
    public void close() {
        byKey.clear();
        byId.close(known -> drop.accept(known.node));
        drop.accept(root);
    }
}
